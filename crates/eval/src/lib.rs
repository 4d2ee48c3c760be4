//! Evaluation: how well a library is searched, in numbers that anyone can repeat.
//!
//! [`Plan`] draws questions with known answers from any library, [`photo_of`] takes the photos, [`Outcome`] holds a
//! ranked list against what was right, [`Report`] is what is kept, shown ([`table`], [`page`]) and compared
//! ([`compare`]). Nothing here searches: who does hands in materials and ranked lists.

mod canvas;
mod chance;
mod chart;
mod compare;
mod dice;
mod far;
mod judge;
mod measure;
mod page;
mod photograph;
mod plan;
mod report;
mod sieve;
mod strange;
mod summary;
mod table;
mod truth;

pub use chance::{Interval, Paired, interval, paired};
pub use compare::{Comparison, compare};
pub use dice::Dice;
pub use far::FarLine;
pub use judge::{Answered, judge};
pub use measure::{Scores, average_precision, first_right, ndcg};
pub use page::{Picture, Worst, page};
pub use photograph::{Changes, Divided, PhotographError, divide, halves, photo_of, thumbnail};
pub use plan::{Part, Plan, PlanError, Question, Specimen, Task, digest};
pub use report::{
    FORMAT, FilterOutcome, IndexOutcome, Library, Outcome, Report, ReportError, Stage,
    StrangerOutcome, Way,
};
pub use sieve::{SELECTIVITIES, Sieve, passes};
pub use strange::Stranger;
pub use summary::{ByCategory, ByChange, FilterLine, Line, Summary};
pub use table::{table, told};
pub use truth::{Asked, NEAR_COLOUR, Wish};
