"""Which role may do what on the records of this app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare(
    {
        "call.edit": {O},
        "call.publish": {O},
        "question.ask": {L, P},
        "question.answer": {O},
        # proposals: written by the alliance, submitted by its lead alone (R29), received by office and committee (R14)
        "proposal.view_own": {L, P},
        "proposal.view": {O, C},
        "proposal.create": {L},
        "proposal.edit": {L, P},
        "proposal.submit": {L},
        "proposal.attachment": {O, C, L, P},
        "proposal.check": {O},
        # the request goes to the whole alliance, and its lead answers (R29); others of the office only read it
        "clarification.view": {O, L, P},
        "clarification.send": {O},
        "clarification.answer": {L},
        # the PDF of what was handed in; the committee reads on the page, where a conflict of interest closes it
        "proposal.document": {O},
        # evaluation: the committee of the territory alone (R14)
        "evaluation.view": {C, O},
        "evaluation.score": {C},
        "evaluation.rank": {C},
        "ranking.view": {C, O},
        "ranking.approve": {C},
        "ranking.publish": {O},
        "ranking.draw": {O},
        # the territorial plan: ASL prepares, committee checks coverage (R17), Regione receives, Cabina validates
        "plan.view": {O, C, M},
        "plan.view_transmitted": {R, S},
        "plan.edit": {O},
        "plan.add_action": {C},
        "plan.adopt": {O},
        "plan.transmit": {O},
        "plan.return": {R, S},
        "plan.validate": {S},
        "plan.run": {O},
        # funded projects
        "project.view": {R, S, O, C, L, P},
        "project.manage": {O},
        "project.renounce": {L},
        "project.publish": {O},
        "payment.order": {O},
    }
)
