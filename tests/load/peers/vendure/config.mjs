// Vendure as `@vendure/create` configures it, on SQLite, without its pages, e-mails and images.
import path from 'node:path'
import core from '@vendure/core'

export const config = (folder, port) => ({
  apiOptions: { port, shopApiPath: 'graphql', adminApiPath: 'admin' },
  authOptions: { tokenMethod: ['bearer'], superadminCredentials: { identifier: 'superadmin', password: 'of this machine' } },
  dbConnectionOptions: {
    type: 'better-sqlite3',
    database: path.join(folder, 'vendure.sqlite'),
    synchronize: true,
    enableWAL: true
  },
  importExportOptions: { importAssetsDir: folder },
  logger: new core.DefaultLogger({ level: core.LogLevel.Error }),
  // A cart of the load may hold more than a person's.
  orderOptions: { orderItemsLimit: 1e6, orderLineItemsLimit: 1e6 },
  paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
  plugins: [core.DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true })]
})
