//! Tables that refer to each other in a circle.

use aludel::{driver::inspect::Inspector, prelude::*};

use crate::support::TestDb;

#[derive(Model, Debug)]
#[model(table = "c_department")]
struct Department {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Employee.id)]
    head: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "c_employee")]
struct Employee {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Department.id)]
    department: i64,
    #[column(foreign_key = Employee.id)]
    boss: Option<i64>,
}

#[tokio::test]
async fn a_circle_is_created_filled_and_dropped() -> Result<()> {
    let db = TestDb::new().await;
    let db = Db::new(db.engine().clone(), models![Department, Employee]);
    db.create_all().await?;
    let mut connection = db.engine().acquire().await?;
    let found = Inspector::new(&mut connection).schema().await?;
    let keys = found.tables.values().flat_map(|table| table.foreign_keys().map(|(name, _)| name));
    let mut keys: Vec<&str> = keys.collect();
    keys.sort_unstable();
    assert_eq!(keys, ["fk_c_department_head", "fk_c_employee_boss", "fk_c_employee_department"]);
    drop(connection);

    let mut session = db.session();
    let department = session.add(new!(Department { head: None }));
    session.commit().await?;
    let id = session[department].id;
    let head = session.add(new!(Employee { department: id }));
    session.commit().await?;
    let (id, boss) = (session[department].id, session[head].id);
    session.add(new!(Employee { department: id, boss: boss }));
    session[department].head = Some(boss);
    session.commit().await?;
    drop(session);

    db.drop_all().await?;
    let mut connection = db.engine().acquire().await?;
    assert_eq!(Inspector::new(&mut connection).tables().await?, Vec::<String>::new());
    // Nothing of it is left: neither rows, nor a foreign key to what is gone.
    drop(connection);
    db.create_all().await?;
    assert_eq!(Employee::query().count(&db).await?, 0);
    db.drop_all().await
}
