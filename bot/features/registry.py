"""Every feature, and what features hand to the rest of the bot at start-up.

A new feature is added here. Only the composition root (``bot/app.py``) imports this module.
"""

from collections.abc import Mapping

from bot.database.stored_values import Kind
from bot.dispatch.claims import UserFlags
from bot.dispatch.dispatcher import Renderer
from bot.features.administration.handlers import FEATURE as ADMINISTRATION
from bot.features.administration.news_handlers import FEATURE as NEWS
from bot.features.caregivers.handlers import FEATURE as CAREGIVERS
from bot.features.check_in.handlers import FEATURE as CHECK_IN
from bot.features.check_in.sending import CheckInRenderer
from bot.features.consent.handlers import FEATURE as CONSENT
from bot.features.cramps.handlers import FEATURE as CRAMPS
from bot.features.data_export.handlers import FEATURE as DATA_EXPORT
from bot.features.emergency.handlers import FEATURE as EMERGENCY
from bot.features.experiments.handlers import FEATURE as EXPERIMENTS
from bot.features.experiments.handlers import TYPED_WORDS as TYPED_TESTS
from bot.features.experiments.queries import HAS_OPEN_TEST
from bot.features.experiments.sending import FairTestRenderer
from bot.features.free_text.handlers import FEATURE as FREE_TEXT
from bot.features.free_text.offering import FEATURE as OFFERS
from bot.features.health_profile.gate_queries import HAS_LEG_SIGN
from bot.features.health_profile.handlers import FEATURE as HEALTH_PROFILE
from bot.features.history.handlers import FEATURE as HISTORY
from bot.features.jobs.handlers import FEATURE as JOBS
from bot.features.language.handlers import FEATURE as LANGUAGE
from bot.features.learn.handlers import FEATURE as LEARN
from bot.features.log_address.handlers import FEATURE as LOG_ADDRESS
from bot.features.relief.handlers import FEATURE as RELIEF
from bot.features.reminders.handlers import FEATURE as REMINDERS
from bot.features.reminders.sending import ReminderRenderer
from bot.features.report.handlers import FEATURE as REPORT
from bot.features.summary.handlers import FEATURE as SUMMARY
from bot.features.summary.sending import SummaryRenderer
from bot.features.users.handlers import FEATURE as USERS
from bot.features.warning_signs.handlers import FEATURE as WARNING_SIGNS
from bot.telegram.context import Deps
from bot.telegram.feature import Feature

FEATURES: tuple[Feature, ...] = (
    EMERGENCY,
    CRAMPS,
    RELIEF,
    REMINDERS,
    WARNING_SIGNS,
    SUMMARY,
    CHECK_IN,
    EXPERIMENTS,
    HISTORY,
    HEALTH_PROFILE,
    REPORT,
    DATA_EXPORT,
    JOBS,
    LEARN,
    LANGUAGE,
    CAREGIVERS,
    LOG_ADDRESS,
    ADMINISTRATION,
    NEWS,
    CONSENT,
    FREE_TEXT,
    TYPED_TESTS,
    USERS,
    OFFERS,
)
"""The order decides which feature gets typed text that answers no question, if several could
take it: cramps first, because a time typed right after a cramp corrects that cramp, and sentences
(free text) after every feature with a narrower pattern. What offers something for text that nobody
understands is last."""

USER_FLAGS: UserFlags = (HAS_OPEN_TEST, HAS_LEG_SIGN)
"""Facts about users that the renderers need with every delivery."""


def renderers(deps: Deps) -> Mapping[Kind, Renderer]:
    """What turns each kind of delivery into a message."""
    reminder = ReminderRenderer(deps.database)
    found: dict[Kind, Renderer] = dict.fromkeys(Kind, reminder)
    found[Kind.CHECK_IN] = CheckInRenderer(deps)
    found[Kind.SUMMARY] = SummaryRenderer(deps)
    return {kind: FairTestRenderer(one, deps) for kind, one in found.items()}
