//! Windows.

use aludel::{
    expr::{Bound, dense_rank, ntile, rank, row_number},
    prelude::*,
};

use crate::models::{Article, rows};

#[tokio::test]
async fn functions_over_windows() -> Result<()> {
    let db = rows().await?;
    type Row = (i64, i64, i64, i64, Option<i32>, Option<i32>, Option<i64>);
    let found: Vec<Row> = Article::query()
        .order_by(|a| a.id)
        .select(|a| {
            (
                a.id,
                row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc())),
                rank().over(|w| w.order_by(a.author_id)),
                dense_rank().over(|w| w.order_by(a.author_id)),
                a.words.lag(1).over(|w| w.order_by(a.id)),
                a.words.first_value().over(|w| w.order_by(a.words.desc())),
                a.words.sum().over(|w| w.order_by(a.id).rows(Bound::Preceding(1), Bound::CurrentRow)),
            )
        })
        .all(&db)
        .await?;
    assert_eq!(found[0], (1, 2, 1, 1, None, Some(300), Some(100)));
    assert_eq!(found[1], (2, 1, 1, 1, Some(100), Some(300), Some(300)));
    assert_eq!(found[2], (3, 1, 3, 2, Some(200), Some(300), Some(500)));
    Ok(())
}

#[tokio::test]
async fn the_greatest_of_each_group_by_a_window_in_a_subquery() -> Result<()> {
    let db = rows().await?;
    let ranked = Article::query()
        .select(|a| (a.id, row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc()))))
        .subquery();
    let greatest: Vec<i64> =
        ranked.filter(|(_, number)| number.eq(1)).order_by(|(id, _)| id).select(|(id, _)| id).all(&db).await?;
    assert_eq!(greatest, [2, 3]);
    Ok(())
}

#[tokio::test]
async fn rows_before_and_after_are_counted_alike_everywhere() -> Result<()> {
    let db = rows().await?;
    let found: Vec<(Option<i64>, Option<i64>, Option<i64>)> = Article::query()
        .order_by(|a| a.id)
        .select(|a| {
            (
                a.id.lag(-1).over(|w| w.order_by(a.id)),
                a.id.lead(-2).over(|w| w.order_by(a.id)),
                a.id.lag(0).over(|w| w.order_by(a.id)),
            )
        })
        .all(&db)
        .await?;
    assert_eq!(found, [(Some(2), None, Some(1)), (Some(3), None, Some(2)), (None, Some(1), Some(3))]);

    // A text that is kept from a number that can be counted to is none for one that cannot.
    let parts = |parts| Article::query().select(|a| ntile(parts).over(|w| w.order_by(a.id)));
    let numbered = |number| Article::query().select(|a| a.id.nth_value(number).over(|w| w.order_by(a.id)));
    assert_eq!(parts(1).all(&db).await?, [1, 1, 1]);
    assert_eq!(numbered(2).all(&db).await?, [None, Some(2), Some(2)]);
    for number in [0, -1, i64::MIN] {
        for refused in [parts(number).all(&db).await.unwrap_err(), numbered(number).all(&db).await.unwrap_err()] {
            assert_eq!(refused.kind(), ErrorKind::Usage, "{refused}");
            assert!(refused.to_string().contains(&format!("counts from 1: it was given {number}")), "{refused}");
        }
    }
    Ok(())
}
