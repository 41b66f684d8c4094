//! `migrations!()`: the files of the migrations folder become part of the program.
//!
//! A macro cannot watch a folder. It includes `heads.lock`, which every command that writes a revision rewrites, and each
//! file by name: so the compiler sees every change.

use std::{fs, path::PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, LitStr, Result};

pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let folder = if input.is_empty() { "migrations".to_owned() } else { syn::parse2::<LitStr>(input)?.value() };
    let root = std::env::var("CARGO_MANIFEST_DIR")
        .map_err(|_| Error::new(Span::call_site(), "`migrations!` needs cargo, which says where the package is"))?;
    let path = PathBuf::from(root).join(&folder);
    let lock = path.join("heads.lock");
    let mut files = Vec::new();
    if path.is_dir() {
        let entries = fs::read_dir(&path)
            .map_err(|error| Error::new(Span::call_site(), format!("cannot read the folder `{folder}`: {error}")))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".sql") {
                files.push(name);
            }
        }
        files.sort();
    }
    let texts = files.iter().map(|name| {
        let file = format!("/{folder}/{name}");
        quote!((#name, ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file))))
    });
    let lock = if lock.is_file() {
        let file = format!("/{folder}/heads.lock");
        quote!(::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file)))
    } else {
        quote!("")
    };
    let directory = format!("/{folder}");
    Ok(quote! {
        ::aludel::Migrations {
            directory: ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #directory),
            files: &[#(#texts),*],
            lock: #lock,
        }
    })
}
