//! The facts by which the rulebook decides about declarations and reports.

use crate::action::facts;

facts!(
    /// Opening one declaration or report.
    ViewDeclarationFacts = ViewDeclaration {
        /// The reader made it.
        concerned: bool,
        /// It falls to the reader to decide about it, or they have.
        falls_to_reader: bool,
    }
);
facts!(
    /// Declaring a relationship, or that there is none.
    DeclareRelationshipFacts = DeclareRelationship {}
);
facts!(
    /// Deciding about a declaration.
    DecideDeclarationFacts = DecideDeclaration {
        /// The decider made it.
        own: bool,
        /// The decider is named in it.
        named: bool,
        /// It still runs, and nobody decided since the decider read it.
        open: bool,
        /// The contact is by the person's own phone.
        by_own_phone: bool,
        /// The contact is online.
        online: bool,
        /// The other person is a parent or carer here.
        with_parent: bool,
        /// The other person is a child or young person here.
        with_child: bool,
        /// The decision lets the contact go on.
        allows: bool,
        /// Everybody whom the policy names for it made it or is named in it, or there is nobody.
        deciders_concerned: bool,
        /// So is everybody else of the manager and the leads.
        stand_ins_concerned: bool,
    }
);
facts!(
    /// Signing the decision about one's own declaration.
    CountersignDeclarationFacts = CountersignDeclaration {
        /// The one who signs made the declaration.
        own: bool,
        /// The decision read is the newest.
        decided: bool,
    }
);
facts!(
    /// Reporting social contact, or adding to such a report.
    ReportContactFacts = ReportContact {}
);
facts!(
    /// Answering a report of social contact.
    AnswerContactFacts = AnswerContact {
        /// One's own report.
        own: bool,
        /// Nobody has answered it.
        open: bool,
        /// Nobody who gets reports could answer: it is their own, or there is nobody.
        deciders_concerned: bool,
        /// Nor could anybody else of the leads.
        stand_ins_concerned: bool,
    }
);
facts!(
    /// Declaring other work, or that it has ended.
    DeclareOutsideWorkFacts = DeclareOutsideWork {}
);
facts!(
    /// Deciding about other work.
    DecideOutsideWorkFacts = DecideOutsideWork {
        /// One's own.
        own: bool,
        /// It still runs, and nobody has decided.
        open: bool,
        /// There is no other manager.
        deciders_concerned: bool,
        /// Nor a chair.
        stand_ins_concerned: bool,
    }
);
facts!(
    /// Confirming that one's family has the setting's number.
    ConfirmNumberFacts = ConfirmNumber {}
);
