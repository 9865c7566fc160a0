"""What lists call our phases, channels, states and steps: words of the trade, German and English.

They are compared without case, accents, signs and blanks (`cxm.kit.sheets.header.plain`).
"""

PHASES = {
    "awareness": (
        "Aufmerksamkeit", "Bewusstsein", "Wahrnehmung", "Bekanntheit", "Bedarf", "Need", "Discovery",
    ),
    "consideration": (
        "Erwägung", "Abwägung", "Überlegung", "Interesse", "Interest", "Recherche", "Research", "Information",
        "Orientierung", "Suche", "Evaluation",
    ),
    "decision": ("Entscheidung", "Auswahl", "Vergleich", "Kaufentscheidung", "Choice", "Preference"),
    "closing": (
        "Abschluss", "Kaufabschluss", "Kauf", "Bestellung", "Vertragsabschluss", "Conversion", "Purchase", "Buy",
        "Order", "Checkout",
    ),
    "retention": (
        "Bindung", "Kundenbindung", "Bestandskunde", "Bestandskunden", "Nutzung", "Loyalität", "Loyalty", "Use",
        "Onboarding",
    ),
    "after_sales": (
        "After Sale", "Aftersale", "After Sales Service", "Nach dem Kauf", "Nachkauf", "Nachkaufphase", "Service",
        "Kundenservice", "Kundendienst", "Nachbetreuung", "Post Purchase", "Support",
    ),
    "advocacy": (
        "Empfehlung", "Weiterempfehlung", "Fürsprache", "Markenbotschafter", "Botschafter", "Referral",
        "Recommendation", "Advocate",
    ),
}  # fmt: skip

CHANNELS = {
    "website": ("Webseite", "Homepage", "Web", "Internet", "Internetseite", "Webauftritt", "Site", "Landingpage"),
    "shop": ("Shop", "Webshop", "E-Shop", "E-Commerce", "Store online", "Online Store", "Internetshop"),
    "app": ("Mobile App", "Smartphone-App", "Handy-App", "iOS", "Android"),
    "email": ("Mail", "eMail", "Newsletter", "E-Mail-Marketing"),
    "phone": ("Tel", "Telefonisch", "Hotline", "Servicehotline", "Callcenter", "Call Center", "Contact Center", "Anruf",
              "Phone", "Call", "CTI"),
    "chat": ("Live-Chat", "Livechat", "Chatbot", "Bot", "Messenger", "WhatsApp"),
    "social": ("Social", "Soziale Medien", "Soziale Netzwerke", "SocialMedia", "Facebook", "Instagram", "LinkedIn",
               "YouTube", "TikTok"),
    "branch": ("Laden", "Geschäft", "Ladengeschäft", "Store", "Shop vor Ort", "Verkaufsstelle", "POS", "Point of Sale",
               "Niederlassung", "Showroom", "Stationär", "Retail"),
    "field_sales": ("Aussendienst", "Vertreter", "Vertrieb", "Vertriebsmitarbeiter", "Sales", "Sales Rep",
                    "Vor-Ort-Termin"),
    "letter": ("Post", "Mailing", "Postmailing", "Anschreiben", "Direct Mail", "Katalog"),
    "invoice": ("Rechnungen", "Faktura", "Bill"),
    "parcel": ("Päckchen", "Lieferung", "Versand", "Verpackung", "Sendung", "Zustellung", "Package", "Delivery"),
    "event": ("Event", "Events", "Veranstaltungen", "Messe", "Messestand", "Seminar", "Webinar", "Trade fair"),
    "review_site": ("Bewertung", "Bewertungen", "Bewertungsplattform", "Bewertungsportale", "Reviews", "Trustpilot",
                    "Google Bewertungen"),
    "ad": ("Werbung", "Anzeigen", "Ads", "Advertising", "Banner", "Onlinewerbung", "Plakat", "TV", "Radio",
           "Printanzeige", "SEA"),
    "product": ("Ware", "Gerät", "Produktnutzung"),
}  # fmt: skip

STATUS = {
    "planned": ("geplant", "in Planung", "Planung", "Idee", "neu", "Entwurf", "planned"),
    "active": ("aktiv", "in Betrieb", "live", "läuft", "vorhanden", "bestehend", "ok", "produktiv", "active"),
    "phasing_out": ("in Ablösung", "wird abgelöst", "auslaufend", "läuft aus", "Ablösung", "phase-out"),
    "shut_down": ("abgeschaltet", "eingestellt", "inaktiv", "beendet", "abgelöst", "aus", "tot", "inactive"),
}  # fmt: skip

KIND = {
    "personal": ("persönlich", "Mensch", "human", "face to face"),
    "digital": ("online", "elektronisch", "digital"),
    "print": ("gedruckt", "Papier", "analog", "print"),
    "product": ("Produkt", "physisch", "physical"),
}

OWNERSHIP = {
    "owned": ("eigen", "eigener Kanal", "selbst", "own", "owned"),
    "paid": ("bezahlt", "gekauft", "paid"),
    "earned": ("verdient", "fremd", "Dritte", "earned", "shared"),
}

VERDICT = {
    "disappoints": ("enttäuscht", "enttäuschend", "schlecht", "negativ", "Pain", "rot", "disappoints"),
    "okay": ("okay", "ok", "neutral", "mittel", "gelb", "in Ordnung", "erfüllt"),
    "delights": ("begeistert", "begeisternd", "gut", "sehr gut", "positiv", "Wow", "grün", "delights"),
}

IMPORTANCE = {
    "1": ("sehr niedrig", "sehr gering", "unwichtig", "keine", "very low", "kaum"),
    "2": ("niedrig", "gering", "eher gering", "low", "klein", "C"),
    "3": ("mittel", "normal", "medium", "durchschnittlich", "B"),
    "4": ("hoch", "wichtig", "eher hoch", "high", "groß", "viel"),
    "5": ("sehr hoch", "sehr wichtig", "entscheidend", "kritisch", "very high", "höchste", "A", "critical"),
}

FEELING = {
    "very_bad": ("sehr schlecht", "sehr negativ", "wütend", "frustriert", "very bad"),
    "bad": ("schlecht", "negativ", "unzufrieden", "verärgert", "bad"),
    "neutral": ("neutral", "gleichgültig", "mittel", "okay", "ok"),
    "good": ("gut", "positiv", "zufrieden", "good"),
    "very_good": ("sehr gut", "sehr positiv", "begeistert", "very good", "excited"),
}

EVIDENCE = {
    "0": ("Annahme", "Vermutung", "Bauchgefühl", "keine", "assumption"),
    "1": ("Mitarbeitersicht", "Sicht der Mitarbeitenden", "Workshop", "intern", "Team", "staff"),
    "2": ("Einzelne Kunden", "Einzelfälle", "Einzelmeinungen", "Kundenstimmen", "single customers"),
    "3": ("Qualitative Studie", "Interviews", "qualitativ", "Fokusgruppe", "qualitative"),
    "4": ("Quantitative Daten", "Daten", "Messung", "quantitativ", "Umfrage", "Zahlen", "quantitative"),
}
