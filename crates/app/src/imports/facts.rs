//! The facts by which the rulebook decides about imports. The schema checks them, tests write them by hand.

use crate::action::facts;

facts!(
    /// Uploading a register.
    UploadRegisterFacts = UploadRegister {}
);
facts!(
    /// Saying what the columns are, and which rows come in.
    MapRegisterFacts = MapRegister {
        /// Nothing of it came in yet, and nobody threw it away.
        draft: bool,
    }
);
facts!(
    /// Confirming.
    ConfirmImportFacts = ConfirmImport {
        /// As for [`MapRegisterFacts`].
        draft: bool,
        /// What would come in is what the page showed.
        as_previewed: bool,
    }
);
facts!(
    /// Undoing.
    UndoImportFacts = UndoImport {
        /// It came in, nobody has undone it, and what an undoing needs is here still.
        confirmed: bool,
    }
);
facts!(
    /// Throwing away.
    DiscardImportFacts = DiscardImport {
        /// As for [`MapRegisterFacts`].
        draft: bool,
    }
);
