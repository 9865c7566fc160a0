"""The ninety touchpoints of Hainbuch Möbel.

Columns: phase, channel, name, accountable person (- for nobody), contacts per month, importance to customers, feeling today,
verdict (+ delights, o okay, - disappoints, empty unknown), marks (M moment of truth, P pain point, B best practice,
S standard published, D standard drafted, R review overdue).
"""

TABLE = """
awareness      ad           Plakat an Bahnhöfen                      Bettina Brandt       42000 2  0 o R
awareness      ad           Suchanzeige                              Felix Groß           31000 3  0 o S
awareness      ad           Anzeige im Wohnmagazin                   Bettina Brandt        9000 2  1 o
awareness      social       Instagram-Beitrag                        Tarek Yılmaz         56000 3  1 + SB
awareness      social       Pinterest-Wohnidee                       Tarek Yılmaz         23000 2  1 +
awareness      social       Kurzvideo aus der Werkstatt              Clara Fröhlich       18000 3  2 + SB
awareness      website      Ratgeber „Holz verstehen“                Clara Fröhlich       12500 3  1 + S
awareness      website      Startseite                               Tarek Yılmaz         88000 4  0 o S
awareness      event        Stand auf der Möbelmesse                 Bettina Brandt        1900 3  1 +
awareness      branch       Schaufenster der Filiale                 Ute Möller           15000 3  0 o R
awareness      letter       Katalog                                  Clara Fröhlich        7800 3  1 o
awareness      review_site  Treffer in der Kartensuche               -                     6400 3  0 o
consideration  website      Kategorieseite                           Annika Böhm          61000 4  0 o S
consideration  shop         Produktseite                             Otto Özdemir         74000 5  1 o SM
consideration  shop         Konfigurator für Tische                  Otto Özdemir         16000 5  0 - SMP
consideration  shop         Merkliste                                Nele Kühn            11000 3  1 o
consideration  shop         Produktvergleich                         Nele Kühn             5200 3 -1 - P
consideration  shop         Stoffmuster bestellen                    Otto Özdemir          2100 4  1 + S
consideration  app          Raumplaner in der App                    Björn Hansen          4800 4  0 o D
consideration  chat         Beratung im Chat                         Leonie Wagner         5400 4  1 + SB
consideration  phone        Beratung am Telefon                      Dirk Hoffmann         3100 4  0 o S
consideration  branch       Beratung in der Filiale Hamburg          Jens Thomsen          2600 5  2 + SM
consideration  branch       Beratung in der Filiale Bremen           Heike Behrens         1900 5  1 + S
consideration  branch       Beratung in der Filiale Leipzig          Robert Weiß           1500 5  1 o S
consideration  branch       Probesitzen                              Ute Möller            4100 4  2 +
consideration  field_sales  Erstgespräch im Objektgeschäft           Dr. Vera Lüders        240 5  1 + SM
consideration  email        Antwort auf eine Produktfrage            Merve Aydın           1700 4 -1 - P
consideration  website      Seite „So fertigen wir“                  Clara Fröhlich        8300 3  1 +
consideration  review_site  Bewertungen lesen                        -                    19000 4  0 o
consideration  event        Möbelabend in der Filiale                Ute Möller             320 3  2 +
decision       shop         Warenkorb                                Sven Wójcik          21000 4  0 o S
decision       shop         Lieferzeitanzeige                        Sven Wójcik          34000 5 -1 - SMP
decision       shop         Versandkosten erklären                   Sven Wójcik          17500 4 -1 o
decision       email        Erinnerung an den Warenkorb              Annika Böhm           6900 2 -1 o R
decision       email        Angebot per E-Mail                       Merve Aydın           1300 4  0 o
decision       field_sales  Angebot im Objektgeschäft                Philipp Hartmann       180 5  1 + S
decision       field_sales  Bemusterung vor Ort                      Kathrin Ebert           95 5  2 +
decision       branch       Angebot in der Filiale                   Ute Möller            1850 4  1 o S
decision       phone        Rückruf zum Angebot                      Dirk Hoffmann          900 4  0 o
decision       website      Finanzierung und Ratenkauf               Christine Albrecht    3600 3 -1 - R
decision       website      Garantie und Rückgabe                    Otto Özdemir          5200 4  0 o
decision       chat         Frage kurz vor dem Kauf                  Leonie Wagner         2300 4  1 +
closing        shop         Bestellung abschließen                   Sven Wójcik          12800 5  1 o SM
closing        shop         Zahlung                                  Sven Wójcik          12700 5  1 o S
closing        shop         Kundenkonto anlegen                      Otto Özdemir          4100 3 -1 - P
closing        email        Bestellbestätigung                       Nele Kühn            12600 4  1 o S
closing        branch       Kauf an der Kasse                        Jens Thomsen          3800 4  1 o
closing        branch       Kaufvertrag in der Filiale               Ute Möller            1700 4  0 o D
closing        field_sales  Auftrag im Objektgeschäft                Dr. Vera Lüders        140 5  1 o S
closing        email        Versandankündigung                       Michaela Busch       11900 5 -1 - SMP
closing        phone        Liefertermin vereinbaren                 Frank Lindemann       3900 5 -2 - SMP
closing        parcel       Paket auspacken                          Michaela Busch        8700 4  1 + S
closing        product      Anlieferung mit Spedition                Frank Lindemann       3800 5 -1 - SMP
closing        product      Aufbau und Montage                       Uwe Sommer            2200 5  1 + SM
closing        product      Aufbauanleitung                          Clara Fröhlich        6100 3  0 o
closing        invoice      Rechnung                                 Stefan Maurer        12500 3  0 o S
retention      email        Newsletter                               Annika Böhm          38000 2  0 o S
retention      email        Pflegetipps nach vier Wochen             Clara Fröhlich        5900 3  1 + SB
retention      email        Geburtstagsgruß                          Lara Lindt            2100 2  1 o
retention      app          Kundenkarte in der App                   Lara Lindt            6600 3  0 o D
retention      shop         Mein Konto                               Otto Özdemir          9800 3  0 o
retention      letter       Dankeskarte                              Lara Lindt            1200 3  2 + B
retention      event        Werkstattführung                         Henrik Hainbuch        140 3  2 +
retention      phone        Anruf nach der Lieferung                 Dirk Hoffmann          700 4  1 + S
retention      branch       Stammkundenabend                         Ute Möller             260 3  2 +
retention      social       Antwort auf Kommentare                   Tarek Yılmaz          2900 3  0 o
retention      website      Pflegeratgeber                           Clara Fröhlich        4700 2  1 o
after_sales    phone        Hotline nach dem Kauf                    Dirk Hoffmann         8200 5 -1 - SMP
after_sales    chat         Chat nach dem Kauf                       Leonie Wagner         4600 4  1 + SB
after_sales    email        Antwort vom Kundenservice                Merve Aydın           5300 4 -1 - SP
after_sales    website      Hilfe und häufige Fragen                 Martina Schröder      7400 3  0 o
after_sales    shop         Sendungsverfolgung                       Michaela Busch       15800 5 -1 - SMP
after_sales    shop         Rücksendung anmelden                     Ahmet Kaya            1900 4  0 o S
after_sales    parcel       Rücksendung verpacken                    Ahmet Kaya            1700 3 -1 o
after_sales    invoice      Gutschrift                               Doris Engel           1600 4 -1 - R
after_sales    letter       Mahnung                                  Doris Engel            480 3 -2 -
after_sales    phone        Beschwerde am Telefon                    Gregor Grau            620 5 -1 o SM
after_sales    email        Antwort auf eine Beschwerde              Karla Kraus            540 5  0 o SM
after_sales    branch       Reklamation in der Filiale               Jens Thomsen           410 5  0 o S
after_sales    product      Nachbesserung beim Kunden                Uwe Sommer             230 5  0 o
after_sales    shop         Passendes Zubehör                        Nele Kühn             6800 2  1 o
after_sales    email        Angebot zur Pflege und Aufarbeitung      -                     2400 3  0 o
after_sales    field_sales  Abnahme im Objektgeschäft                Kathrin Ebert           85 5  1 + S
advocacy       review_site  Bewertung im Portal                      -                      950 4  0 o
advocacy       email        Bitte um eine Bewertung                  -                     5100 3 -1 -
advocacy       shop         Empfehlungslink                          -                      380 3  0
advocacy       social       Kundenfotos teilen                       -                     1100 3  1 +
advocacy       email        Dank für eine Empfehlung                 -                      130 4  0
advocacy       event        Kundenbeirat                             -                       25 4  1
advocacy       website      Kundengeschichten                        -                     1400 3  0 o
"""
