//! Forms: what somebody typed comes back after a lock, as the lock screen says. So each form that is sent and has something to type
//! keeps a draft, or stands here with the reason why not.

use crate::source::{File, files, none};

/// Forms that keep no draft, by where they are sent.
const NO_DRAFT: &[(&str, &str)] = &[
    ("/sign-in", "nobody is signed in, so there is nobody to keep it for"),
    ("/sign-in/code", "a code for this minute, and nobody is signed in"),
    ("/sign-in/link", "nobody is signed in"),
    ("/forgotten", "nobody is signed in"),
    ("/link/{{ token }}/{% if by_button %}sign-in{% else %}{{ purpose }}{% endif %}", "nobody is signed in; passwords"),
    ("/account/password", "passwords are never kept; the text field beside them is for password keepers"),
    ("/account/second-factor", "a code for this minute and a password"),
    ("/account/passkeys/start", "a password and a name for the device, sent on by a script"),
    ("/account/passkeys/{{ row.id }}/removal", "a password"),
    ("/agreement", "a signature is typed when it is given"),
    ("/register/sign-off", "a signature is typed when it is given"),
    ("/imports", "a file: no browser lets a page put one back"),
];

#[test]
fn what_is_typed_is_kept_or_there_is_a_reason() {
    let page = |text: &str| File::of("crates/app/templates/x.html", text);
    let forgets = "<form class=\"form\" method=\"post\" action=\"/x\">\n{% call m::field(errors, \"a\") %}\n</form>";
    assert_eq!(forgetful(&page(forgets)), ["/x"]);
    for typed in ["{% call parts::lines(a) %}", "{% call parts::day(a) %}", "<textarea>", "<input class=\"input\">"] {
        assert_eq!(
            forgetful(&page(&format!("<form method=\"post\" action=\"/x\">\n{typed}</form>"))),
            ["/x"],
            "{typed}"
        );
    }
    for good in [
        forgets.replace("\">\n", "\" data-draft>\n"),
        forgets.replace("post", "get"),
        forgets.replace("\"a\"", "\"a\", \"password\""),
        "<form method=\"post\" action=\"/x\"><button></form>".to_owned(),
    ] {
        assert!(forgetful(&page(&good)).is_empty(), "{good}");
    }
    let templates: Vec<File> =
        files(&[".html"]).into_iter().filter(|file| file.path.starts_with("crates/app/templates/")).collect();
    let found: Vec<(String, String)> =
        templates.iter().flat_map(|file| forgetful(file).into_iter().map(|to| (file.path.clone(), to))).collect();
    let listed = |to: &str| NO_DRAFT.iter().any(|(listed, _)| *listed == to);
    let faults = found.iter().filter(|(_, to)| !listed(to)).map(|(path, to)| format!("{path}: {to}"));
    none("forms that lose what was typed at a lock", &faults.collect::<Vec<_>>());
    let stale = NO_DRAFT.iter().filter(|(listed, _)| !found.iter().any(|(_, to)| to == listed));
    none(
        "forms in the list that keep a draft or are not there",
        &stale.map(|(to, _)| (*to).to_owned()).collect::<Vec<_>>(),
    );
}

/// Where the forms are sent that have something to type and keep no draft.
fn forgetful(file: &File) -> Vec<String> {
    let forms = file.text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest));
    let sent = forms.filter(|form| {
        let tag = form.lines().next().unwrap_or_default();
        tag.contains("method=\"post\"") && !tag.contains("data-draft")
    });
    sent.filter(|form| form.lines().any(is_typed)).map(action).collect()
}

/// Whether a line has something to type, and not only a password.
fn is_typed(line: &str) -> bool {
    let fields = ["m::field(", "parts::lines(", "parts::day(", "<textarea", "<input class=\"input", "type=\"text\""];
    fields.iter().any(|field| line.contains(field)) && !line.contains("\"password\"") && !line.contains("\"search\"")
}

fn action(form: &str) -> String {
    form.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}
