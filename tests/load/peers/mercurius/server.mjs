// The page of tests/load/compiled.py on Mercurius with graphql-jit: the same 20 products from memory.
import fastify from 'fastify'
import mercurius from 'mercurius'

const schema = `
  type Price { amount: Int! currency: String! }
  type Category { name: String! }
  type Stock { available: Int! }
  type Product { id: ID! name: String! slug: String! description: String! price: Price category: Category inventory: Stock }
  type Edge { node: Product }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Products { edges: [Edge!]! pageInfo: PageInfo! }
  type Query { products(first: Int): Products }
`
const edges = Array.from({ length: 20 }, (_, number) => ({
  node: {
    id: `product-${number}`,
    name: `Product ${number}`,
    slug: `product-${number}`,
    description: 'A teapot of stoneware. '.repeat(9),
    price: { amount: 1000 + number, currency: 'GBP' },
    category: { name: 'Kitchen' },
    inventory: { available: number }
  }
}))
const products = { edges, pageInfo: { hasNextPage: true, endCursor: 'cursor' } }
const app = fastify()
app.register(mercurius, { schema, resolvers: { Query: { products: () => products } }, jit: 1 })
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
