"""The tables. Telegram's ids are 64-bit, times are in UTC."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from bot.db.rows.delivery_rows import (
    AuditRow,
    CampaignRow,
    CooldownRow,
    DeliveryRow,
    DeliveryTotalRow,
    DraftRow,
    FrozenPageRow,
    LeaseRow,
    NoticeRow,
    StatusMessageRow,
    UploadRow,
)
from bot.db.rows.issue_rows import NewsRow, ReleaseMessageRow, ReleaseRow, SourceRow
from bot.db.rows.reader_rows import (
    FeedbackAnswerRow,
    FeedbackHandleRow,
    FeedbackPostRow,
    FeedbackRow,
    FeedbackThreadRow,
    GrantRow,
    OpenPageRow,
    ReaderRow,
)
from bot.db.rows.subscription_rows import (
    ChargeRow,
    CheckoutRow,
    CodeRow,
    CodeTryRow,
    CounterRow,
    FingerprintRow,
    OfferRow,
    RedemptionRow,
    ReminderRow,
    StarSubscriptionRow,
)
from bot.db.rows.update_rows import InboxRow, ProcessRow, TimestampRow, UpdateOwnerRow


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


readers = _table(ReaderRow)
grants = _table(GrantRow)
open_pages = _table(OpenPageRow)
feedback_items = _table(FeedbackRow)
feedback_threads = _table(FeedbackThreadRow)
feedback_posts = _table(FeedbackPostRow)
feedback_handles = _table(FeedbackHandleRow)
feedback_answers = _table(FeedbackAnswerRow)

charges = _table(ChargeRow)
star_subscriptions = _table(StarSubscriptionRow)
checkouts = _table(CheckoutRow)
offers = _table(OfferRow)
redemptions = _table(RedemptionRow)
codes = _table(CodeRow)
code_tries = _table(CodeTryRow)
reminders = _table(ReminderRow)
counters = _table(CounterRow)
fingerprints = _table(FingerprintRow)

leases = _table(LeaseRow)
campaigns = _table(CampaignRow)
frozen_pages = _table(FrozenPageRow)
deliveries = _table(DeliveryRow)
delivery_totals = _table(DeliveryTotalRow)
cooldowns = _table(CooldownRow)
notices = _table(NoticeRow)
status_messages = _table(StatusMessageRow)
drafts = _table(DraftRow)
audit = _table(AuditRow)
uploads = _table(UploadRow)

releases = _table(ReleaseRow)
release_messages = _table(ReleaseMessageRow)
sources = _table(SourceRow)
news = _table(NewsRow)

inbox = _table(InboxRow)
update_owners = _table(UpdateOwnerRow)
processes = _table(ProcessRow)
timestamps = _table(TimestampRow)

metadata = SQLModel.metadata
"""All tables: what the migrations must lead to, and what a backup copies."""
