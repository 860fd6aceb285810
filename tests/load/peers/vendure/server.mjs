// Serves the shop in a folder: `node server.mjs PORT FOLDER`.
import core from '@vendure/core'
import { config } from './config.mjs'

const [port, folder] = process.argv.slice(2)
await core.bootstrap(config(folder, Number(port)))
