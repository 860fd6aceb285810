// Loads the products of FOLDER/products.csv into an empty shop: `node populate.mjs FOLDER`.
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import core from '@vendure/core'
import { populate } from '@vendure/core/cli/index.js'
import { config } from './config.mjs'

const folder = process.argv[2]
const initialData = {
  defaultLanguage: core.LanguageCode.en,
  defaultZone: 'Europe',
  countries: [{ name: 'United Kingdom', code: 'GB', zone: 'Europe' }],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Standard Shipping', price: 500 }],
  paymentMethods: [],
  collections: []
}
const start = async () => {
  const app = await core.bootstrap(config(folder, 0))
  await app.get(core.JobQueueService).start()
  return app
}
const app = await populate(start, initialData, path.join(folder, 'products.csv'))
const context = await app.get(core.RequestContextService).create({ apiType: 'admin' })
const { id } = await app.get(core.SearchService).reindex(context)
const jobs = app.get(core.ConfigService).jobQueueOptions.jobQueueStrategy
while (!(await jobs.findOne(id)).isSettled) await setTimeout(100)
await app.close()
process.exit(0)
