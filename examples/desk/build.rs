//! Puts the built web assets into the binary, where there is a web desk to serve them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "web")]
    web();
}

#[cfg(feature = "web")]
fn web() {
    let built = std::path::Path::new("assets/dist");
    println!("cargo:rerun-if-changed=assets/dist");
    if !built.join("desk.css").exists() {
        println!(
            "cargo::error=the web assets are not built: run examples/desk/assets/build (it needs npm)"
        );
        return;
    }
    memory_serve::load_directory("assets/dist");
}
