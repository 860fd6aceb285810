// Turns generated TypeScript into JavaScript beside it; types are not looked at.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require("typescript");

function transpile(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) transpile(file);
    else if (file.endsWith(".ts")) {
      const { outputText } = ts.transpileModule(fs.readFileSync(file, "utf8"), {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2018 },
      });
      fs.writeFileSync(file.replace(/\.ts$/, ".js"), outputText);
    }
  }
}

transpile(process.argv[2]);
