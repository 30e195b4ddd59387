# हर पन्ने पर जो होता है।

language-name = हिन्दी
skip-to-content = मुख्य सामग्री पर जाएँ
no-script = स्क्रिप्ट बंद हैं: सब कुछ काम करता है, पर पन्ना अपने आप नहीं बदलता। नया देखने के लिए पन्ना फिर से खोलें।
choose-language = भाषा
nav-label = मुख्य
log-in = साइन इन करें
log-out = साइन आउट करें
menu-account = आपका खाता और सत्र
theme-device = रंग इस उपकरण जैसे
theme-light = हल्के रंग
theme-dark = गहरे रंग
keys-turn-off = कीबोर्ड शॉर्टकट बंद करें
keys-turn-on = कीबोर्ड शॉर्टकट चालू करें
role-customer = ग्राहक
role-agent = एजेंट
role-supervisor = पर्यवेक्षक
role-admin = प्रशासक

nav-home = होम
nav-raise = शिकायत या प्रश्न
nav-services = सेवाएँ
nav-cases = आपके मामले
nav-chat = चैट
nav-chats = चैट
nav-track = स्थिति देखें
nav-queue = कतार
nav-counter = काउंटर
nav-messages = संदेश
nav-customers = ग्राहक
nav-overview = सारांश
nav-reports = रिपोर्ट
nav-people = लोग
nav-rules = नियम
nav-policies = नीतियाँ
nav-audit = लेखा-परीक्षा
nav-forms = फ़ॉर्म की गुणवत्ता
nav-settings = सेटिंग

footer-help = सहायता
footer-track = मामले की स्थिति
footer-accessibility = सुगम्यता
footer-licences = लाइसेंस
toasts-label = ताज़ा सूचना

session-title = आप जल्द ही साइन आउट हो जाएँगे
session-text = आपकी सुरक्षा के लिए, कुछ देर कोई काम न होने पर हम आपको साइन आउट कर देते हैं। आपका लिखा हुआ मसौदे के रूप में सुरक्षित है।
session-most = आप उतनी देर साइन इन रहे हैं जितनी देर रहा जा सकता है। जल्द ही आपसे फिर लॉग इन करने को कहा जाएगा, और आप वहीं से आगे बढ़ेंगे। जो लिखा है उसे भेज दें; जो मसौदा है वह सुरक्षित है।
session-heard = तब तक जारी रखें
session-stay = साइन इन रहें
session-minutes = { $count ->
    [one] { $count } मिनट बाकी
   *[other] { $count } मिनट बाकी
}
session-seconds = { $count ->
    [one] { $count } सेकंड बाकी
   *[other] { $count } सेकंड बाकी
}

signed-out-title = आप साइन आउट हो चुके हैं
signed-out-text = आपका लिखा अब भी यहाँ है, पर सहेजा नहीं गया है। दूसरे टैब में फिर साइन इन करें, फिर इस टैब पर लौटें।
signed-out-link = साइन इन करें (दूसरा टैब खुलेगा)
signed-out-done = मैंने फिर साइन इन कर लिया

ask-yes = हाँ, आगे बढ़ें
ask-no = नहीं, वापस जाएँ
close = बंद करें
dismiss = हटाएँ

palette-open = खोजें या करें
palette-title = कुछ खोजें या करें
palette-query = संदर्भ, ग्राहक, पन्ना या काम
palette-found = क्या मिला
palette-help = चुनने के लिए तीर कुंजियाँ, खोलने के लिए Enter, बंद करने के लिए Esc
palette-count = { $count } मिले
palette-none = कुछ नहीं मिला

keys-title = कीबोर्ड शॉर्टकट
keys-text = जब आप लिख नहीं रहे हों तब ये काम करते हैं। अपने नाम के नीचे के मेन्यू में इन्हें बंद कर सकते हैं।
keys-here = इस पन्ने पर
keys-everywhere = हर पन्ने पर
key-palette = कुछ खोजें या करें
key-sheet = यह सूची
key-search = खोज में जाएँ
key-next = सूची में अगला
key-previous = सूची में पिछला
key-open = चुना हुआ खोलें
key-reply = ग्राहक को उत्तर दें
key-note = आंतरिक टिप्पणी लिखें
key-go-home = आरंभ पन्ने पर जाएँ
key-go-queue = कतार पर जाएँ
key-go-counter = काउंटर पर जाएँ
key-go-chats = चैट पर जाएँ
key-close = खुला हुआ बंद करें

draft-saved = मसौदा { $time } पर सहेजा गया
draft-saving = मसौदा सहेजा जा रहा है
draft-unsaved = मसौदा अभी सहेजा नहीं गया। हम कोशिश कर रहे हैं; वह इस पन्ने पर सुरक्षित है।
live-offline = कनेक्शन टूट गया है। आपका लिखा सुरक्षित है।
live-online = फिर से जुड़ गए
live-fresh = आपके लिखना शुरू करने के बाद यहाँ कुछ नया आया है।
live-moved = नहीं किया गया: आपसे पूछे जाते समय यह बदल गया। फिर देखें।
request-failed = यह नहीं हो पाया। फिर कोशिश करें।
canned-unfilled = भेजने से पहले भरें: { $names }
copied = कॉपी हो गया

# What a page says as it happens.
notice-replied = { $name }: हमने आपको लिखा है
notice-resolved = { $name }: हमने उत्तर दिया है
notice-reopened = { $name }: हम इसे फिर से देख रहे हैं
notice-closed = { $name } बंद है
notice-called = { $name }: कृपया काउंटर { $counter } पर आएँ
notice-assigned = { $name } आपके पास आया है
notice-wrote = { $name }: ग्राहक ने लिखा है
