# The customer's pages.

home-complain = शिकायत करें
home-complain-text = कुछ ग़लत हुआ। हम हर शिकायत का जवाब बताई गई तारीख़ तक देते हैं।
home-ask = पूछें
home-ask-text = खाते, कार्ड या ऋण के बारे में कोई सवाल।
home-token = सेवा या टोकन लें
home-token-text = आने से पहले नंबर लें और देखें कि लाइन कितनी लंबी है।
home-track = स्थिति देखें
home-track-text = देखें कि आपका मामला कहाँ तक पहुँचा, खाते के साथ या बिना।
home-services = सभी सेवाएँ
home-quote = दर पूछें
home-chat = हमसे चैट करें
home-transactions = भुगतान का क्या हुआ
home-branches = शाखाएँ

customer-title-services = सेवाएँ
customer-title-service = सेवा
customer-title-raise = आप क्या करना चाहते हैं?
customer-title-about = यह किस बारे में है?
customer-title-what = हमें बताएँ
customer-title-check = अपने उत्तर जाँचें
customer-title-cases = आपके मामले
customer-title-case = आपका मामला
customer-title-received = हमें मिल गया
customer-title-rate = हमारा काम कैसा रहा?

customer-open = खुला
customer-closed = बंद
customer-until = तक
customer-opens = खुलेगा
customer-waiting = { $count ->
    [0] कोई इंतज़ार नहीं कर रहा
    [one] एक व्यक्ति इंतज़ार में है
   *[other] { $count } लोग इंतज़ार में हैं
}
customer-at-branches = हमारी शाखाओं में, टोकन के साथ
customer-wait-from = { $count ->
    [0] प्रतीक्षा नहीं
   *[other] { $count } मिनट की प्रतीक्षा से
}
customer-takes = आम तौर पर { $count } मिनट लगते हैं

customer-door-complain = शिकायत करें
customer-door-complain-text = कुछ ठीक नहीं था।
customer-door-ask = पूछें
customer-door-ask-text = आप कुछ जानना चाहते हैं।
customer-door-request = कुछ करवाएँ
customer-door-request-text = बदलाव, प्रति या बंद करना।
customer-door-quote = दर पूछें
customer-door-quote-text = आपको कितना ख़र्च आएगा।
customer-door-token = टोकन लें
customer-door-token-text = अपनी बारी आने पर काउंटर पर आएँ।
customer-door-chat = चैट
customer-door-chat-text = अभी किसी से बात करें।

customer-kind-complaint = शिकायत
customer-kind-query = सवाल
customer-kind-request = अनुरोध
customer-kind-service = काउंटर
customer-kind-quote = दर

customer-begun = आपने हमें लिखना शुरू किया था
customer-discard = मसौदा हटाएँ
customer-not-offered = अब उपलब्ध नहीं
customer-not-sure = पक्का न हो तो जो सबसे पास लगे वह चुनें। सही लोग हम ढूँढ लेंगे।
customer-im-not-sure = मुझे पक्का नहीं
customer-kind = क्या
customer-service = विषय
customer-subject = कुछ शब्दों में
customer-subject-hint = जैसे: { $door ->
    [ask] मैं अपना पता कैसे बदलूँ
    [quote] फ़्लैट के लिए ऋण
   *[other] मेरे कार्ड से दो बार पैसे कटे
}
customer-text = बात क्या है, और हम क्या करें?
customer-text-hint = पासवर्ड, पिन और पूरा कार्ड नंबर न लिखें: यहाँ किसी को उनकी ज़रूरत नहीं।
customer-amount = कितने पैसों की बात है?
customer-amount-hint = जैसे 1,499.00। अगर राशि की बात नहीं है तो ख़ाली छोड़ें।
customer-optional = आप इसे ख़ाली छोड़ सकते हैं।
customer-date-hint = जैसे 5 3 2026। आप इसे ख़ाली छोड़ सकते हैं।
customer-files = फ़ाइलें
customer-files-hint = चित्र, PDF, दस्तावेज़ या पाठ; अधिकतम { $count } फ़ाइलें। आप बाद में भी भेज सकते हैं।
customer-reach = हम यहाँ और { $email } पर ईमेल से जवाब देते हैं।
customer-continue = आगे बढ़ें
customer-send = भेजें

customer-need-subject = कुछ शब्दों में लिखें कि बात क्या है
customer-need-text = लिखें कि बात क्या है
customer-need-score = चुनें कि कैसा रहा
customer-too-long = अधिकतम { $count } अक्षर लिखें
customer-text-long = यह एक बार में भेजने के लिए बहुत लंबा है
customer-bad-amount = राशि अंकों में लिखें, जैसे 1,499.00
customer-bad-date = ऐसा दिन लिखें जो होता है, जैसे 5 3 2026
customer-bad-answer = इसे अंकों में लिखें या ख़ाली छोड़ें
customer-file-empty = एक फ़ाइल ख़ाली है
customer-file-large = एक फ़ाइल अधिकतम { $megabytes } MB की हो सकती है
customer-file-type = चित्र (PNG, JPEG, GIF, WebP, HEIC), PDF, Word, Excel, OpenDocument या सादा पाठ भेजें
customer-file-broken = एक फ़ाइल ख़राब है। उसे अपने उपकरण पर खोलें, नए सिरे से सहेजें और वही भेजें

customer-cases-open = खुले
customer-cases-closed = बंद
customer-cases-none = यहाँ कुछ नहीं है।
customer-changed = बदला
customer-erased = मिटाया गया

customer-status-received = मिला
customer-status-open = देखा जा रहा है
customer-status-yours = आपके जवाब का इंतज़ार
customer-status-answered = जवाब दिया गया
customer-status-closed = बंद

customer-step-received = मिला
customer-step-looked-at = देखा जा रहा है
customer-step-answered = जवाब दिया गया
customer-step-closed = बंद
customer-by = { $day } तक
customer-promised = हमारा जवाब आपको मिलेगा इस समय तक:
customer-waits-for-you = आगे बढ़ने के लिए हमें आपसे कुछ चाहिए: कृपया हमारा पिछला संदेश पढ़ें और नीचे जवाब दें।

customer-conversation = संदेश
customer-you = आप
customer-reply = हमें लिखें
customer-send-reply = भेजें
customer-quotation = हमारी कीमत: { $amount }
customer-quotation-until = आप इसे { $day } तक स्वीकार कर सकते हैं।
customer-quotation-accept = यह कीमत स्वीकार करें
customer-quotation-accept-sure = { $amount } स्वीकार करें? इससे बात तय हो जाती है।
customer-quotation-decline = अस्वीकार करें
customer-quotation-decline-sure = { $amount } अस्वीकार करें? इससे आपका अनुरोध समाप्त हो जाता है।
customer-quotation-accepted = आपने { $amount } स्वीकार किए।
customer-unsent = आपने यहाँ जो लिखा वह नहीं भेजा गया: इस मामले में अब कुछ जोड़ा नहीं जा सकता।
customer-writing-reopens = हमने उत्तर दे दिया है। यदि आप यहाँ लिखते हैं तो हम मामला फिर से खोलते हैं।
customer-closes = यदि आप इसे फिर से नहीं खोलते, तो यह इस दिन बंद होगा:
customer-what-now = आप क्या करना चाहते हैं?
customer-solved = इससे हल हो गया
customer-reopen = हल नहीं हुआ: फिर से देखें
customer-reopen-why = क्या अब भी बाकी है? इसे खाली भी छोड़ सकते हैं।
customer-reopen-do = इसे फिर से देखें
customer-withdraw = वापस लें
customer-withdraw-sure = यह मामला वापस लें? हम इस पर काम बंद कर देंगे।
customer-rate = हमारे जवाब को अंक दें
customer-you-rated = आपने हमें 5 में से { $score } दिए।
customer-yes = हाँ
customer-no = नहीं

customer-did-raise = आपने यह हमें बताया।
customer-did-attach = एक फ़ाइल जोड़ी गई।
customer-did-wait = हम जवाब का इंतज़ार कर रहे हैं।
customer-did-resume = हम आगे बढ़ रहे हैं।
customer-did-resolve-upheld = जवाब: आप सही थे।
customer-did-resolve-partly_upheld = जवाब: आप कुछ हद तक सही थे।
customer-did-resolve-rejected = जवाब: हमारी राय अलग है।
customer-did-resolve-answered = जवाब दिया गया।
customer-did-resolve-withdrawn = आपने इसे वापस लिया।
customer-did-reopen = फिर से खोला गया।
customer-did-close = बंद किया गया।
customer-did-convert = अब हम इसे दूसरे प्रकार का मामला मानते हैं। मिलने की तारीख़ वही रहती है।
customer-did-merge = यह दूसरे मामले में आगे चलता है।
customer-did-rate = आपने हमारे जवाब को अंक दिए।

customer-your-reference = आपका संदर्भ
customer-next = आगे क्या होगा
customer-next-by = कोई इसे देखेगा, और हमारा जवाब आपको मिलेगा इस समय तक:
customer-next-soon = कोई इसे देखेगा, और हम आपको बताएँगे।
customer-next-mail = हमने { $email } पर पुष्टि भेजी है।
customer-follow = अपने मामले को देखें

customer-how-was-it = हमारा जवाब कैसा था?
customer-rate-text = क्या आप और कुछ बताना चाहेंगे?
customer-send-rating = भेजें

customer-flash-sent = आपका संदेश भेज दिया गया
customer-flash-file-refused = आपका लिखा हमें मिल गया, पर हर फ़ाइल नहीं: एक रोक ली गई क्योंकि वह नुकसान कर सकती है। आप मामले के पृष्ठ पर दूसरी भेज सकते हैं
customer-flash-file-later = आपका लिखा हमें मिल गया, पर हर फ़ाइल नहीं: अभी सब नहीं ली जा सकीं। मामले के पृष्ठ पर उन्हें फिर भेजें
customer-flash-file-not-taken = आपका लिखा हमें मिल गया, पर हर फ़ाइल नहीं: एक ऐसे प्रकार की है जो हम नहीं लेते, या मामला और फ़ाइलें नहीं लेता
customer-flash-changed = हमने इसे अभी नहीं भेजा है: आपके जाँचने के बाद आपके उत्तर बदल गए हैं। उन्हें फिर जाँचें और अपनी फ़ाइलें फिर जोड़ें
customer-flash-reopened = हम इसे फिर से देखते हैं
customer-flash-solved = धन्यवाद। मामला बंद है
customer-flash-accepted = आपने कीमत स्वीकार की। हम आगे बढ़ते हैं
customer-flash-declined = आपने कीमत अस्वीकार की
customer-flash-other-price = कीमत अब बदल चुकी है, या उसकी अवधि समाप्त हो गई है: कृपया फिर से देखें
customer-flash-withdrawn = आपने मामला वापस ले लिया
customer-flash-rated = अंक देने के लिए धन्यवाद
customer-flash-not-rated = इस मामले को अभी अंक नहीं दिए जा सकते
customer-moved-on = यह अब संभव नहीं था: इस बीच मामला बदल गया है। अब वह ऐसा है
customer-files-not-sent = आपकी फ़ाइलें नहीं भेजी गईं: उन्हें फिर चुनें

field-branch = शाखा
field-cause = कारण
field-happened-on = यह कब हुआ?
field-term = कितने महीनों के लिए?
field-token = टोकन
field-transaction = लेन-देन का संदर्भ, अगर हो

customer-title-transactions = भुगतान का क्या हुआ?
customer-transaction-reference = लेन-देन का संदर्भ
customer-transaction-hint = यह आपके विवरण में या मिले हुए संदेश में लिखा है।
customer-transaction-look = देखें
customer-transaction-none = हमें आपका ऐसा कोई लेन-देन नहीं मिला।
customer-transaction-bad = संदर्भ वैसा ही लिखें जैसा आपके विवरण में है।
customer-transaction-later = हम इसे अभी नहीं देख सकते। कृपया बाद में कोशिश करें या हमसे पूछें।
customer-transaction-status = इसका क्या हुआ
customer-transaction-amount = राशि
customer-transaction-at = कब किया गया
customer-transaction-wrong = कुछ ग़लत है: हमें बताएँ
customer-about-payment = भुगतान { $payment }
customer-transaction-debit = आपने दिया
customer-transaction-credit = आपको मिला
customer-transaction-pending = रास्ते में
customer-transaction-settled = पहुँच गया
customer-transaction-rejected = अस्वीकृत: पैसे नहीं गए
customer-transaction-cancelled = रद्द
customer-transaction-returned = वापस आ गया
