//! Tuples of what can be said alone.

/// Implements a trait for tuples of up to eight that have it, whose method pushes its parts one after another.
macro_rules! pushed_in_turn {
    ($of:ident, $push:ident, $part:ty) => {
        $crate::tuples::pushed_in_turn! { $of, $push, $part;
            (A);
            (A, B);
            (A, B, C);
            (A, B, C, D);
            (A, B, C, D, E);
            (A, B, C, D, E, F);
            (A, B, C, D, E, F, G);
            (A, B, C, D, E, F, G, H);
        }
    };
    ($of:ident, $push:ident, $part:ty; $(($($name:ident),*);)*) => {$(
        #[allow(non_snake_case)]
        impl<S, $($name: $of<S>),*> $of<S> for ($($name,)*) {
            fn $push(self, into: &mut Vec<$part>) {
                let ($($name,)*) = self;
                $($name.$push(into);)*
            }
        }
    )*};
}

pub(crate) use pushed_in_turn;
