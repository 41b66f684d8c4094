//! What the compiler says to mistakes: every one has a message that names the field and the remedy.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
