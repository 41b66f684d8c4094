//! Tables that refer to each other in a circle, and what is dropped with tables.

use aludel::{driver::inspect::Inspector, prelude::*, sql::schema::Schema};

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
    let recording = db.record();
    db.create_all().await?;
    let entries = recording.entries();
    let tables = entries.iter().filter(|entry| entry.sql.starts_with("CREATE TABLE"));
    let callers: Vec<&str> = tables.map(|entry| entry.caller.unwrap().file()).collect();
    assert_eq!(callers, [file!(); 2], "{entries:?}");
    assert_eq!(Employee::query().count(&db).await?, 0);
    db.drop_all().await
}

#[tokio::test]
async fn the_statements_are_had_as_text_too() -> Result<()> {
    let db = TestDb::new().await;
    let db = Db::new(db.engine().clone(), models![Department, Employee]);
    let text = db.models().to_sql(db.engine().dialect())?;
    let recording = db.record();
    db.create_all().await?;
    let entries = recording.entries();
    let sent: Vec<&str> = entries.iter().filter(|entry| !entry.control).map(|entry| entry.sql.as_str()).collect();
    assert_eq!(text, sent);
    Ok(())
}

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(name = "c_size")]
enum Size {
    Small,
    Large,
}

#[derive(Model, Debug)]
#[model(table = "c_box", index(size))]
struct Box {
    #[column(primary_key, start = 100)]
    id: i64,
    #[column(server_default = Size::Small)]
    size: Size,
    #[column(foreign_key = Lid.id)]
    lid: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "c_lid")]
struct Lid {
    #[column(primary_key)]
    id: i64,
    size: Option<Size>,
    #[column(foreign_key = Box.id, on_delete = cascade)]
    of: i64,
}

/// Of those databases that have sequences.
#[derive(Model, Debug)]
#[model(table = "c_label")]
struct Label {
    #[column(primary_key, sequence = "c_label_number", start = 7)]
    id: i64,
}

#[tokio::test]
async fn nothing_is_left_after_all_was_dropped() -> Result<()> {
    let held = TestDb::new().await;
    let sequences = held.engine().dialect().capability().sequences;
    let models = if sequences { models![Box, Lid, Label] } else { models![Box, Lid] };
    let db = Db::new(held.engine().clone(), models);
    // Twice: what was left would be in the way.
    for _ in 0..2 {
        db.create_all().await?;
        let mut session = db.session();
        let first = session.add(new!(Box {}));
        session.commit().await?;
        assert_eq!((session[first].id, session[first].size), (100, Size::Small), "it counts anew");
        let lid = session.add(new!(Lid { size: Size::Large, of: 100 }));
        session.commit().await?;
        session[first].lid = Some(session[lid].id);
        if sequences {
            session.add(new!(Label {}));
        }
        session.commit().await?;
        if sequences {
            assert_eq!(Label::query().one(&db).await?.id, 7);
        }
        drop(session);
        db.drop_all().await?;
        let mut connection = db.engine().acquire().await?;
        assert_eq!(Inspector::new(&mut connection).schema().await?, Schema::default());
    }
    Ok(())
}
