/** The recommender: what goes well with what, learnt from confirmed orders. */
namespace py recommender
namespace js recommender
namespace java recommender
namespace go recommender

include "common.thrift"

/** Something worth showing. */
struct Recommendation {
  /** Which product. */
  1: required common.Sku sku,
  /** How strongly; comparable within one answer only. */
  2: required double score,
  /** Why: "bought_together", "for_you" or "popular". */
  3: required string reason
}

/** What the recommender does. Nothing that is out of stock or not on sale is ever recommended; where little is known, what is popular fills up. */
service RecommenderService {
  /** What is bought together with this product, the best first. */
  list<Recommendation> get_bought_together(1: common.Sku sku, 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** What goes with all of these together, and is not among them. */
  list<Recommendation> get_for_cart(1: list<common.Sku> skus, 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** What the viewer may like, from what they bought; what is popular for who has bought nothing or is not known. */
  list<Recommendation> get_for_viewer(1: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
  /** What sells best lately, in this category and below it, or in the whole shop. */
  list<Recommendation> get_popular(1: string category_id (absent = "allowed"), 2: i32 limit) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "300")
}
