"""Which role may do what on the records of this app (see docs/permissions.md)."""

from conciliazione.kernel.access import Role, declare

R, S, O, C, M, L, P = tuple(Role)  # noqa: E741 -- one letter a role keeps the table readable

TABLE = declare(
    {
        "call.edit": {O},
        "call.publish": {O},
        # proposals: written by the alliance, submitted by its lead alone (R29), received by office and committee (R14)
        "proposal.view_own": {L, P},
        "proposal.view": {O, C},
        "proposal.create": {L},
        "proposal.edit": {L, P},
        "proposal.submit": {L},
        "proposal.check": {O},
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
