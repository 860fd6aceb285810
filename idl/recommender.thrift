/** Recommendations learnt from confirmed orders, and from what visitors view and put into carts. */
namespace py recommender
namespace js recommender
namespace java recommender
namespace go recommender

include "common.thrift"

/** The flag whose variant, in the call context, decides how carts' and viewers' recommendations are made. */
const string FLAG = "recommendations"
/** Its variant: by what is bought together. */
const string BASKETS = "baskets"
/** Its variant: what sells best in the shop, for comparison. */
const string POPULAR = "popular"

/** A recommended product. */
struct Recommendation {
  /** The product's SKU. */
  1: required common.Sku sku,
  /** The strength; comparable within one response only. */
  2: required double score,
  /** The reason: "bought_together", "viewed_together", "for_you" or "popular". */
  3: required string reason
}

/** The recommender service. Products that are out of stock or not on sale are never recommended; popular products fill up short lists. */
service RecommenderService {
  /** Products that are bought together with this one, the best first. */
  list<Recommendation> get_bought_together(1: common.Sku sku, 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** Products that are bought together with all of these, without these. */
  list<Recommendation> get_for_cart(1: list<common.Sku> skus, 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** Products that the viewer may like, based on their orders; popular ones for anonymous viewers and those without orders. */
  list<Recommendation> get_for_viewer(1: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** The products that currently sell best, in a category and its subcategories or in the whole shop. */
  list<Recommendation> get_popular(1: string category_id (absent = "allowed"), 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
}
