//! PostgreSQL's three roles, from one configured address: that address migrates; a writer and a reader log in by passwords
//! derived from the master key. The reader holds SELECT only, since a session may always undo a read-only default.

use hkdf::Hkdf;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sha2::Sha256;

use super::error::{Error, Result};

/// Addresses by which the two working roles log in.
pub struct Logins {
    /// SELECT, INSERT, UPDATE, DELETE.
    pub writer: String,
    /// SELECT only.
    pub reader: String,
}

/// Makes the two roles where they are missing, renews their passwords and grants, and returns their addresses.
pub async fn ensure_roles(admin: &DatabaseConnection, url: &str, master: &[u8; 32]) -> Result<Logins> {
    let database = one_text(admin, "SELECT current_database()").await?;
    let mut addresses = Vec::with_capacity(2);
    for (suffix, rights) in [("writer", "SELECT, INSERT, UPDATE, DELETE"), ("reader", "SELECT")] {
        let role = format!("{database}_{suffix}");
        let password = derived_password(master, &role);
        let found =
            one_text(admin, &format!("SELECT count(*)::text FROM pg_roles WHERE rolname = {}", literal(&role))).await?;
        let verb = if found == "0" { "CREATE" } else { "ALTER" };
        for statement in [
            format!("{verb} ROLE {} LOGIN PASSWORD {}", name(&role), literal(&password)),
            format!("GRANT CONNECT ON DATABASE {} TO {}", name(&database), name(&role)),
            format!("GRANT USAGE ON SCHEMA public TO {}", name(&role)),
            format!("GRANT {rights} ON ALL TABLES IN SCHEMA public TO {}", name(&role)),
        ] {
            admin.execute_unprepared(&statement).await.map_err(|err| {
                Error::Internal(format!(
                    "The database user needs CREATEROLE and ownership of the database to set up {role}: {err}"
                ))
            })?;
        }
        // The log is append-only for whoever holds the writer's login.
        admin
            .execute_unprepared(&format!(
                "REVOKE UPDATE, DELETE ON audit_events, audit_checkpoints FROM {}",
                name(&role)
            ))
            .await?;
        addresses.push(with_login(url, &role, &password)?);
    }
    let reader = addresses.pop().expect("two roles were made");
    let writer = addresses.pop().expect("two roles were made");
    Ok(Logins { writer, reader })
}

/// The same address with another login. Only the authority's user part changes.
fn with_login(url: &str, user: &str, password: &str) -> Result<String> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| Error::Internal("The database address must be sqlite or postgres://...".to_owned()))?;
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    Ok(format!("{scheme}://{}:{password}@{host}", percent(user)))
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                (byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn derived_password(master: &[u8; 32], role: &str) -> String {
    let mut out = [0_u8; 32];
    Hkdf::<Sha256>::new(None, master)
        .expand(format!("stairgate postgres {role}").as_bytes(), &mut out)
        .expect("32 bytes is a length that HKDF-SHA256 gives");
    out.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

async fn one_text(admin: &DatabaseConnection, sql: &str) -> Result<String> {
    let row = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, sql.to_owned())).await?;
    let row = row.ok_or_else(|| Error::Internal(format!("no answer to {sql}")))?;
    Ok(row.try_get_by_index(0)?)
}
