"""The pages that a sentence can ask for: what the button or the command of each does."""

from collections.abc import Mapping

from bot.features.caregivers.inviting import on_open as on_caregiver
from bot.features.data_export.handlers import on_delete_command, on_export, on_privacy
from bot.features.experiments.handlers import on_experiment
from bot.features.free_text.meanings.values import Page
from bot.features.health_profile.handlers import on_profile
from bot.features.history.handlers import on_history, on_month
from bot.features.language.handlers import on_open as on_language
from bot.features.learn.handlers import on_learn
from bot.features.relief.handlers import on_relief
from bot.features.reminders.handlers.guided_stretch import on_stretch
from bot.features.reminders.handlers.settings import on_list_command
from bot.features.reminders.handlers.stop import on_stop
from bot.features.report.handlers import on_report
from bot.features.summary.handlers import on_summary
from bot.features.users.handlers.bed_wake_fluids import on_bed, on_wake
from bot.features.users.handlers.help_and_fallback import on_help
from bot.features.users.handlers.pause import on_pause_question
from bot.features.users.handlers.place import on_timezone
from bot.features.users.handlers.settings import on_settings
from bot.features.warning_signs.handlers import on_warnings
from bot.telegram.context import Context
from bot.telegram.feature import Callback
from bot.telegram.replies import Replies

PAGES: Mapping[Page, Callback] = {
    Page.SUMMARY: on_summary,
    Page.HISTORY: on_history,
    Page.REMINDERS: on_list_command,
    Page.HELP: on_help,
    Page.STOP: on_stop,
    Page.PAUSE: on_pause_question,
    Page.GUIDED_STRETCH: on_stretch,
    Page.BEDTIME: on_bed,
    Page.GETTING_UP: on_wake,
    Page.PLACE: on_timezone,
    Page.RELIEF: on_relief,
    Page.MONTH: on_month,
    Page.SETTINGS: on_settings,
    Page.LANGUAGE: on_language,
    Page.EXPORT: on_export,
    Page.REPORT: on_report,
    Page.PRIVACY: on_privacy,
    Page.ERASE: on_delete_command,
    Page.LEARN: on_learn,
    Page.WARNINGS: on_warnings,
    Page.PROFILE: on_profile,
    Page.CAREGIVER: on_caregiver,
    Page.FAIR_TEST: on_experiment,
}


async def show_page(context: Context, page: Page) -> Replies:
    """Show a page, as its command does."""
    return await PAGES[page](context.telegram_update, context)
