"""What a document says in words: its first sentences, its facts, and the clauses below its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from kumihimo.paper.document import Document
from kumihimo.paper.document_tables import say, single, yen
from kumihimo.paper.form import day_text
from kumihimo.paper.kinds import DocumentKind

_K = DocumentKind
_PRICED = frozenset({_K.QUOTATION, _K.ORDER, _K.ORDER_CHANGE, _K.ACKNOWLEDGEMENT, _K.INVOICE, _K.PAYMENT_NOTICE})

# The facts of each kind. What the notice of an order states is not said twice.
_FACTS: Mapping[DocumentKind, tuple[str, ...]] = {
    _K.RFQ: ("order", "answer_by", "due_on", "place"),
    _K.QUOTATION: ("order", "valid_until", "due_on", "place", "payment_due", "payment_means"),
    _K.ORDER: ("answer_by",),
    _K.ACKNOWLEDGEMENT: ("order", "due_on", "place", "payment_due", "payment_means"),
    _K.DELIVERY_NOTE: ("order", "done_on", "place"),
    _K.RECEIPT: ("order", "done_on", "place"),
    _K.INSPECTION: ("order", "done_on", "reason"),
    _K.INVOICE: ("order", "traded", "payment_due", "payment_means", "bank"),
    _K.PAYMENT_NOTICE: ("order", "traded", "payment_due", "payment_means", "bank"),
    _K.REMINDER: ("order", "answer_by", "due_on"),
    _K.ORDER_CHANGE: ("order", "reason", "answer_by"),
    _K.RETURN_NOTE: ("order", "done_on", "reason", "payer"),
    _K.SUPPLIED_MATERIAL: ("order", "place"),
}


def shows_sums(document: Document) -> bool:
    """Whether the document prints its sums by rate."""
    return document.totals is not None and (
        document.kind in _PRICED
        or (document.prices_shown and document.kind in (_K.DELIVERY_NOTE, _K.RECEIPT, _K.INSPECTION))
    )


def lead(document: Document) -> str:
    """Return the sentences on top."""
    lang = document.lang
    if document.kind is _K.REMINDER:
        return _reminder(document)
    ja, en = {
        _K.RFQ: (
            "下記のとおり見積をお願いいたします。同封の回答用紙でもお答えいただけます。",
            "Please quote for the following. You may answer on the enclosed form.",
        ),
        _K.QUOTATION: ("下記のとおりお見積りいたします。", "We are pleased to quote as follows."),
        _K.ORDER: (
            "下記のとおり注文いたします。同封の回答用紙で、お請けの可否と納期をお知らせください。",
            "We order the following. Please confirm, with the date, on the enclosed form.",
        ),
        _K.ACKNOWLEDGEMENT: ("下記のご注文をお請けいたします。", "We accept the following order."),
        _K.DELIVERY_NOTE: ("下記のとおり納品いたします。", "We deliver the following."),
        _K.RECEIPT: ("下記の品物を受領いたしました。", "We have received the following goods."),
        _K.INSPECTION: (
            "受領した品物の検査結果を、下記のとおりお知らせします。",
            "The goods received were inspected with this result.",
        ),
        _K.INVOICE: ("下記のとおりご請求申し上げます。", "We invoice the following."),
        _K.PAYMENT_NOTICE: ("下記のとおりお支払いいたします。", "We will pay the following."),
        _K.ORDER_CHANGE: (
            f"注文 {document.order} を下記のとおり変更いたします。"
            f"変更後の内容は、第{document.revision}版の注文として改めて明示します。",
            f"Order {document.order} changes as follows; what it now says is stated anew as revision "
            f"{document.revision}. Please confirm on the enclosed form.",
        ),
        _K.RETURN_NOTE: ("下記の品物をお返しいたします。", "We return the following goods."),
        _K.SUPPLIED_MATERIAL: (
            "下記の材料を支給いたします。数量・ロットをお確かめください。",
            "We supply the following material. Please check quantities and lots.",
        ),
    }[document.kind]
    return say(ja, en, lang)


def _reminder(document: Document) -> str:
    """Three steps, each polite; the last says what happens next, and never threatens."""
    assert document.answer_by is not None
    day = day_text(document.answer_by, document.lang)
    missing_ja, missing_en = {
        "quotation": ("見積のご回答がまだ届いておりません。", "we have not yet received your quotation."),
        "acknowledgement": (
            "注文請書（納期のご回答）がまだ届いておりません。",
            "we have not yet received your acknowledgement of the order.",
        ),
        "delivery": (
            "お約束の納期を過ぎましたが、品物がまだ届いておりません。",
            "the agreed day has passed and the goods have not arrived.",
        ),
    }[document.about]
    ja, en = {
        1: (
            f"いつもお世話になっております。下記の件、{missing_ja}行き違いでしたらご容赦ください。"
            f"{day}までに、同封の回答用紙で状況をお知らせいただけますと助かります。",
            f"Concerning the following, {missing_en} If our letters have crossed, please disregard this one. "
            f"We would be grateful for a word on the enclosed form by {day}.",
        ),
        2: (
            f"先日もお願いいたしましたが、下記の件、{missing_ja}"
            f"お困りの点がありましたら、遠慮なくお聞かせください。{day}までに、同封の回答用紙でお知らせください。",
            f"As we wrote before, {missing_en} If anything is in the way, please tell us. "
            f"Kindly answer on the enclosed form by {day}.",
        ),
        3: (
            f"重ねてのご連絡となり恐れ入ります。下記の件、{missing_ja}あとの工程が待っております。"
            f"{day}までにお知らせがないときは、お電話で伺い、日程の見直しをご相談させていただきます。",
            f"We are sorry to write once more: {missing_en} The next step is waiting. "
            f"If we hear nothing by {day}, we will call you to agree on a new plan.",
        ),
    }[document.step]
    return say(ja, en, document.lang)


def headline(document: Document) -> tuple[str, str] | None:
    """Return the amount that is printed large."""
    totals = document.totals
    if totals is None or document.kind not in _PRICED:
        return None
    ja, en = {
        _K.INVOICE: ("ご請求金額（税込）", "Amount due (with tax)"),
        _K.PAYMENT_NOTICE: ("お支払金額（税込）", "Amount paid (with tax)"),
        _K.QUOTATION: ("お見積金額（税込）", "Quoted (with tax)"),
    }.get(document.kind, ("注文金額（税込）", "Order amount (with tax)"))
    return say(ja, en, document.lang), yen(totals.gross_jpy, document.lang)


def facts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield label and value of what stands between the first sentences and the lines."""
    lang, kind = document.lang, document.kind

    def on(day: date | None) -> str:
        return day_text(day, lang) if day else ""

    order = ""
    if document.order and kind is not _K.ORDER:
        order = say(
            f"{document.order} 第{document.reply_revision}版",
            f"{document.order} revision {document.reply_revision}",
            lang,
        )
    done = {
        _K.DELIVERY_NOTE: ("納品日", "Delivered on"),
        _K.RECEIPT: ("受領日", "Received on"),
        _K.INSPECTION: ("検査完了日", "Inspected on"),
        _K.RETURN_NOTE: ("返品日", "Returned on"),
    }.get(kind, ("実施日", "Done on"))
    traded = ""
    if document.traded_from and document.traded_to:
        traded = on(document.traded_from)
        if document.traded_to != document.traded_from:
            traded += say(" 〜 ", " to ", lang) + on(document.traded_to)
    payment = {
        _K.INVOICE: ("お支払期日", "Payable by"),
        _K.PAYMENT_NOTICE: ("支払日", "Paid on"),
    }.get(kind, ("支払期日", "Payment due"))
    rows = {
        "order": (("注文番号", "Order"), order),
        "answer_by": (("ご回答の期限", "Answer by"), on(document.answer_by)),
        "valid_until": (("見積の有効期限", "Valid until"), on(document.valid_until)),
        "due_on": (("納期", "Due"), on(document.due_on)),
        "place": (("受渡場所", "Place"), document.place),
        "done_on": (done, on(document.done_on)),
        "traded": (("取引期間", "Period"), traded),
        "payment_due": (payment, on(document.payment_due)),
        "payment_means": (("支払方法", "Means of payment"), document.payment_means),
        "bank": (("振込先", "Bank account"), document.supplier.bank),
        "reason": (("理由", "Reason"), document.reason),
        "payer": (("費用の負担", "At the cost of"), document.payer),
    }
    for name in _FACTS[kind]:
        (ja, en), value = rows[name]
        if value.strip():
            yield say(ja, en, lang), single(value)


def clauses(document: Document) -> Iterator[str]:
    """Yield the sentences below the tables."""
    lang, kind = document.lang, document.kind
    if any(line.tax_percent == 8 for line in document.lines) and shows_sums(document):
        yield say("※は軽減税率（8%）の対象です。", "* reduced rate of tax (8%).", lang)
    if kind in (_K.INVOICE, _K.PAYMENT_NOTICE):
        yield from _invoice_clauses(document)
    elif kind is _K.ACKNOWLEDGEMENT:
        yield (
            say(
                "本書は電子データ（電子メール・FAX）による送信のみで、紙の原本は交付しません。"
                "収入印紙は貼っていません。",
                "Sent electronically only (e-mail or FAX); no paper original is issued, no revenue stamp is affixed.",
                lang,
            )
            if document.is_electronic
            else say(
                "本書は紙の原本を交付します。印紙の要否は契約の内容と金額によります。",
                "A paper original is issued; whether it needs a revenue stamp depends on the contract and its amount.",
                lang,
            )
        )
    elif kind is _K.RECEIPT:
        yield say(
            "受領日は、支払期日を数えはじめる日です。検査の合否は検収書でお知らせします。",
            "The term of payment runs from the day of receipt. The result of the inspection follows.",
            lang,
        )
    elif kind is _K.SUPPLIED_MATERIAL:
        yield say(
            "残った材料・端材・不良は、数量をお知らせください。無断で処分しないでください。",
            "Please report what is left, scrap and rejects; dispose of nothing without asking.",
            lang,
        )
    if kind in (_K.QUOTATION, _K.ORDER, _K.ORDER_CHANGE, _K.ACKNOWLEDGEMENT) and document.totals is None:
        yield say("単価が未定の行があるため、合計は出していません。", "No total: the price of a line is open.", lang)


def _invoice_clauses(document: Document) -> Iterator[str]:
    lang = document.lang
    yield say(
        "消費税額等は、税率ごとの合計に対して一度だけ端数処理をしています。",
        "Tax is rounded once on the sum of each rate.",
        lang,
    )
    if not document.supplier.is_registered:
        yield say(
            f"{single(document.supplier.name)} は適格請求書発行事業者の登録を受けていません。",
            f"{single(document.supplier.name)} is not registered as an issuer of qualified invoices.",
            lang,
        )
    if document.kind is _K.PAYMENT_NOTICE:
        assert document.objection_days is not None
        last = day_text(document.made_on + timedelta(days=document.objection_days), lang)
        yield say(
            f"本書は仕入明細書を兼ねます。記載に誤りがあるときは、{document.objection_days}日以内（{last}まで）に"
            "ご連絡ください。ご連絡がないときは、記載内容をご確認いただいたものとします。",
            f"This is a self-billed purchase statement. Please object within {document.objection_days} days "
            f"(by {last}); without an objection it is taken as confirmed.",
            lang,
        )


def seals(document: Document) -> tuple[str, ...]:
    """Return the boxes for a seal or signature."""
    ja_en = {
        _K.ACKNOWLEDGEMENT: (("受注者印", "Supplier"),),
        _K.DELIVERY_NOTE: (("受領印", "Received by"),),
        _K.RECEIPT: (("受領者印", "Received by"),),
        _K.INSPECTION: (("検査者印", "Inspector"),),
        _K.RETURN_NOTE: (("出荷者印", "Sent by"), ("受領印", "Received by")),
        _K.SUPPLIED_MATERIAL: (("支給者印", "Supplied by"), ("受領印", "Received by")),
    }.get(document.kind, ())
    return tuple(say(ja, en, document.lang) for ja, en in ja_en)
