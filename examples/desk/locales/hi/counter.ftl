# Tokens, walls and counters.

counter-title-branch = किस शाखा में?
counter-title-service = किस काम के लिए?
counter-title-token = आपका टोकन
counter-title-wall = अभी बुलाए गए
counter-title-counter = काउंटर

counter-wait = { $to ->
    [0] लगभग कोई प्रतीक्षा नहीं
   *[other] लगभग { $minutes } मिनट, ज़्यादातर { $from } से { $to }
}
counter-ahead = { $count ->
    [0] आपसे पहले कोई नहीं
    [one] आपसे पहले एक व्यक्ति है
   *[other] आपसे पहले { $count } लोग हैं
}
counter-wait-unknown = इंतज़ार अभी पता नहीं
counter-take = टोकन लें
counter-held = आपके पास टोकन { $number } है: देखें आपकी बारी कब है
counter-closed = शाखा अभी बंद है।
counter-no-services = यहाँ टोकन नहीं दिए जाते।
counter-not-now = यह अभी संभव नहीं: शाखा बंद है, या आपके पास इसका टोकन पहले से है।
counter-see-wall = देखें कि कौन से नंबर बुलाए जा रहे हैं
counter-leave = लाइन छोड़ें
counter-leave-sure = लाइन छोड़ें? आपका नंबर अब नहीं बुलाया जाएगा।
counter-another = दूसरा टोकन लें
counter-stay = यह पृष्ठ खुला रखें: नंबर आने पर यह अपने आप बदलता है।

counter-yours = आप यहाँ हैं
counter-taken = व्यस्त
counter-line = इंतज़ार में
counter-line-empty = कोई इंतज़ार नहीं कर रहा
counter-walk-in = जो यहाँ खड़े हैं उनके लिए
counter-give = टोकन दें
counter-given = टोकन { $number } दिया गया। ग्राहक को नंबर बताएँ।
counter-slip = पर्ची खोलें या छापें
counter-slip-code = कोड जिसे ग्राहक का फ़ोन पढ़ सकता है: उनके नंबर का पन्ना
counter-which = आप कौन सी सेवाएँ बुलाते हैं?
counter-which-hint = कुछ न चुनें तो: वे सब जो आप देते हैं।
counter-open = यह काउंटर खोलें
counter-close = यह काउंटर छोड़ें
counter-close-theirs = यह काउंटर बंद करें
counter-close-sure = छोड़ें? अलग रखे गए नंबर लाइन में लौट जाएँगे।
counter-colleague = यहाँ एक सहकर्मी बैठे हैं।
counter-waits-since = इंतज़ार कब से:
counter-called = { $count ->
    [one] एक बार बुलाया गया
   *[other] { $count } बार बुलाया गया
}
counter-told = ग्राहक को ईमेल में क्या बताया जाए
counter-serve = काम हो गया
counter-recall = फिर बुलाएँ
counter-no-show = नहीं आए
counter-hold = अलग रखें
counter-transfer-to = दूसरी लाइन में
counter-transfer = भेजें
counter-nobody-here = काउंटर पर कोई नहीं है।
counter-next = अगले को बुलाएँ
counter-put-aside = अलग रखे गए
counter-back = लौट आए: बुलाएँ
counter-calls = आप बुलाते हैं:

counter-flash-left = आपने लाइन छोड़ दी
counter-flash-open = काउंटर खुला है
counter-flash-closed = काउंटर बंद है
counter-flash-nobody = कोई इंतज़ार नहीं कर रहा
counter-flash-recalled = फिर बुलाया गया
counter-flash-no-show = लाइन में वापस रखा गया, या दूसरी बार होने पर हटाया गया
counter-flash-held = अलग रखा गया
counter-flash-transferred = भेज दिया गया
counter-flash-served = काम हो गया
counter-flash-not-now = यह अभी संभव नहीं: लाइन को अभी जैसी है वैसी देखें
