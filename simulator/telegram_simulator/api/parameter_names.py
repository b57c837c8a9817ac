"""The simulated methods and their parameters, as Bot API 10.5 documents them."""

from typing import Final

_TARGET = "chat_id business_connection_id message_thread_id direct_messages_topic_id"
_OUTWARD = (
    f"{_TARGET} disable_notification protect_content allow_paid_broadcast message_effect_id "
    "suggested_post_parameters reply_parameters reply_markup ephemeral_message_parameters "
    "receiver_user_id callback_query_id"
)
_CAPTION = "caption parse_mode caption_entities"
_INVOICE = (
    "title description payload provider_token currency prices subscription_period max_tip_amount "
    "suggested_tip_amounts provider_data photo_url photo_size photo_width photo_height need_name "
    "need_phone_number need_email need_shipping_address send_phone_number_to_provider "
    "send_email_to_provider is_flexible"
)
_ONE = "business_connection_id chat_id message_id inline_message_id reply_markup"
_COPY = "chat_id from_chat_id message_thread_id direct_messages_topic_id disable_notification protect_content"

_FIELDS: Final = {
    "getMe": "",
    "setMySettings": (
        "supports_inline_queries inline_query_placeholder needs_inline_query_location "
        "inline_feedback_share_denominator can_join_groups can_read_all_group_messages "
        "can_connect_to_business can_manage_bots supports_guest_queries supports_join_request_queries "
        "has_topics_enabled allows_users_to_create_topics has_topic_sidebar can_communicate_with_bots "
        "callback_query_mode"
    ),
    "logOut": "",
    "close": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": (
        "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token"
    ),
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": f"{_OUTWARD} text parse_mode entities link_preview_options",
    "sendRichMessage": f"{_OUTWARD} rich_message",
    "sendPhoto": f"{_OUTWARD} {_CAPTION} photo show_caption_above_media has_spoiler",
    "sendDocument": f"{_OUTWARD} {_CAPTION} document thumbnail disable_content_type_detection",
    "sendAnimation": (
        f"{_OUTWARD} {_CAPTION} animation duration width height thumbnail show_caption_above_media "
        "has_spoiler"
    ),
    "sendVideo": (
        f"{_OUTWARD} {_CAPTION} video duration width height thumbnail cover start_timestamp "
        "show_caption_above_media has_spoiler supports_streaming"
    ),
    "sendAudio": f"{_OUTWARD} {_CAPTION} audio duration performer title thumbnail",
    "sendVoice": f"{_OUTWARD} {_CAPTION} voice duration",
    "sendMediaGroup": (
        f"{_TARGET} media disable_notification protect_content allow_paid_broadcast message_effect_id "
        "reply_parameters"
    ),
    "sendChatAction": "chat_id business_connection_id message_thread_id action",
    "editMessageText": f"{_ONE} text parse_mode entities link_preview_options rich_message",
    "editMessageCaption": f"{_ONE} {_CAPTION} show_caption_above_media",
    "editMessageReplyMarkup": _ONE,
    "editMessageMedia": f"{_ONE} media",
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "forwardMessage": f"{_COPY} message_id video_start_timestamp message_effect_id suggested_post_parameters",
    "forwardMessages": f"{_COPY} message_ids",
    "copyMessage": (
        f"{_COPY} {_CAPTION} message_id video_start_timestamp show_caption_above_media allow_paid_broadcast "
        "message_effect_id suggested_post_parameters reply_parameters reply_markup"
    ),
    "copyMessages": f"{_COPY} message_ids remove_caption",
    "pinChatMessage": "business_connection_id chat_id message_id disable_notification",
    "unpinChatMessage": "business_connection_id chat_id message_id",
    "unpinAllChatMessages": "chat_id",
    "getFile": "file_id",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "answerPreCheckoutQuery": "pre_checkout_query_id ok error_message",
    "createInvoiceLink": f"business_connection_id {_INVOICE}",
    "sendInvoice": f"{_OUTWARD} {_INVOICE} start_parameter",
    "getStarTransactions": "offset limit",
    "getMyStarBalance": "",
    "refundStarPayment": "user_id telegram_payment_charge_id",
    "editUserStarSubscription": "user_id telegram_payment_charge_id is_canceled",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "setChatMenuButton": "chat_id menu_button",
    "getChatMenuButton": "chat_id",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "getChatMemberCount": "chat_id",
    "getChatAdministrators": "chat_id return_bots",
    "approveChatJoinRequest": "chat_id user_id",
    "declineChatJoinRequest": "chat_id user_id",
    "leaveChat": "chat_id",
    "getUserProfilePhotos": "user_id offset limit",
}

FIELDS: Final = {method: frozenset(names.split()) for method, names in _FIELDS.items()}
"""Method, as Telegram writes it, to the names of its parameters."""

METHODS: Final = {method.lower(): method for method in FIELDS}
"""Method in lower case to its name: Telegram ignores the case."""

IDENTIFIERS: Final = frozenset({"chat_id", "from_chat_id"})

INTEGERS: Final = frozenset({
    "cache_time", "direct_messages_topic_id", "duration", "height", "limit", "max_connections",
    "max_tip_amount", "message_id", "message_thread_id", "offset", "photo_height", "photo_size",
    "photo_width", "receiver_user_id", "start_timestamp", "subscription_period", "timeout", "user_id",
    "video_start_timestamp", "width"
})  # fmt: skip

BOOLEANS: Final = frozenset({
    "allow_paid_broadcast", "allows_users_to_create_topics", "can_communicate_with_bots",
    "can_connect_to_business", "can_join_groups", "can_manage_bots", "can_read_all_group_messages",
    "has_topic_sidebar", "has_topics_enabled", "is_canceled", "needs_inline_query_location",
    "supports_guest_queries",
    "supports_inline_queries", "supports_join_request_queries", "disable_content_type_detection",
    "disable_notification",
    "drop_pending_updates", "has_spoiler", "is_flexible", "need_email", "need_name",
    "need_phone_number", "need_shipping_address", "ok", "protect_content", "remove_caption",
    "return_bots", "send_email_to_provider", "send_phone_number_to_provider", "show_alert",
    "show_caption_above_media", "supports_streaming"
})  # fmt: skip

NESTED: Final = frozenset({
    "allowed_updates", "caption_entities", "commands", "entities", "ephemeral_message_parameters",
    "link_preview_options", "media", "menu_button", "message_ids", "prices", "reply_markup",
    "reply_parameters", "rich_message", "scope", "suggested_post_parameters", "suggested_tip_amounts"
})  # fmt: skip
"""Parameters that are objects or lists; in forms they come as JSON texts."""
