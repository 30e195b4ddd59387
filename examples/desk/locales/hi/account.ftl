# Accounts: registering, logging in and out, and what is one's own.

account-title-log-in = साइन इन करें
account-title-factor = दूसरा चरण
account-title-set-up = अपना ऑथेंटिकेटर ऐप जोड़ें
account-title-recovery = आपके रिकवरी कोड

account-email = ईमेल पता
account-password = पासवर्ड
account-log-in = साइन इन करें
account-without = हमारे यहाँ खाता नहीं है? अपने मामले का लिंक ई-मेल से मँगाएँ:
account-forgot = मैं अपना पासवर्ड भूल गया हूँ
account-other-ways = साइन इन करने के दूसरे तरीके
account-by-code = ईमेल पर आए कोड से साइन इन करें
account-with = { $provider } से साइन इन करें
account-new-here = यहाँ नए हैं?
account-register = खाता बनाएँ
account-new-why = आप अपने मामले देख सकते हैं, जवाब पा सकते हैं और शाखा का टोकन ले सकते हैं।
account-staff-here = कर्मचारियों को व्यवस्थापक आमंत्रित करते हैं; वे भी यहीं साइन इन करते हैं।
account-back = जहाँ थे वहीं से आगे बढ़ने के लिए साइन इन करें। यदि आपने कुछ लिखना शुरू किया था तो वह सुरक्षित है।
account-logged-out = आप साइन आउट हो गए हैं।
account-begin-again = फिर से शुरू करें
account-not-now = अभी नहीं
account-warning = चेतावनी

account-app-code = ऑथेंटिकेटर ऐप का कोड
account-app-hint = छह अंक। बीच में खाली जगह हो तो कोई बात नहीं।
account-recovery-code = रिकवरी कोड
account-recovery-hint = ऐप जोड़ते समय रखे गए कोड में से एक। हर कोड एक ही बार चलता है।
account-use-app = ऑथेंटिकेटर ऐप से
account-use-recovery = मेरा फ़ोन पास में नहीं है: रिकवरी कोड से

account-set-up-why = यहाँ केवल पासवर्ड काफ़ी नहीं है: ऐप हर 30 सेकंड में नया कोड दिखाता है, और केवल आपके फ़ोन पर।
account-set-up-install = अपने फ़ोन पर कोई ऑथेंटिकेटर ऐप लगाएँ, यदि पहले से नहीं है।
account-set-up-scan = ऐप में नया खाता जोड़ें और यह चित्र स्कैन करें।
account-set-up-type = फिर ऐप जो कोड दिखाए, वह लिखें।
account-set-up-picture = ऑथेंटिकेटर ऐप के लिए QR कोड। यही अक्षरों में नीचे है।
account-set-up-secret = स्कैन नहीं कर सकते? ऐप में यह लिखें:
account-set-up-copy = इसे कॉपी करें
account-set-up-done = आगे बढ़ें

account-recovery-why = फ़ोन खो जाए तो इनमें से एक कोड से आप अंदर आ सकते हैं। हर कोड एक ही बार चलता है।
account-recovery-once = ये अभी दिख रहे हैं और फिर कभी नहीं दिखेंगे। इन्हें छाप लें या पासवर्ड मैनेजर में रखें।
account-recovery-copy = सभी कोड कॉपी करें
account-recovery-kept = मैंने इन्हें रख लिया है

account-error-email_missing = अपना ईमेल पता लिखें
account-error-email_invalid = ईमेल पता सही रूप में लिखें, जैसे name@example.com
account-error-password_missing = अपना पासवर्ड लिखें
account-error-refused = ईमेल पता या पासवर्ड सही नहीं है
account-error-refused_wait = { $count ->
    [one] ईमेल पता या पासवर्ड सही नहीं है। आप एक मिनट बाद फिर कोशिश कर सकते हैं
   *[other] ईमेल पता या पासवर्ड सही नहीं है। आप { $count } मिनट बाद फिर कोशिश कर सकते हैं
}
account-error-wait = { $count ->
    [one] बहुत बार कोशिश हुई। एक मिनट बाद फिर कोशिश करें
   *[other] बहुत बार कोशिश हुई। { $count } मिनट बाद फिर कोशिश करें
}
account-error-code_wrong = कोड सही नहीं है। जैसा भेजा गया या ऐप में दिखता है, वैसा ही लिखें
account-error-code_over = इस कोड का समय बीत गया या बहुत बार कोशिश हुई। नया कोड मँगाएँ
account-error-flow_over = इसमें बहुत समय लगा या यह पूरा हो चुका है। फिर से शुरू करें

account-title-register = खाता बनाएँ
account-title-code = अपना ईमेल देखें
account-title-by-code = कोड से साइन इन करें
account-title-give-address = आपका ईमेल पता
account-title-forgot = पासवर्ड भूल गए
account-title-sent = अपना ईमेल देखें
account-title-reset = नया पासवर्ड चुनें
account-title-dead = यह लिंक अब काम नहीं करता
account-title-invitation = आपको आमंत्रण है

account-register-why = इसमें दो मिनट लगते हैं: आपका नाम, ईमेल पता और पासवर्ड। फिर हम ईमेल से एक कोड भेजते हैं।
account-name = आपका नाम
account-name-hint = जिस नाम से हम आपको बुलाएँ
account-email-hint = कोड और हमारे जवाब वहीं जाते हैं
account-password-new = नया पासवर्ड
account-password-hint = कम से कम { $count } अक्षर। तीन-चार ऐसे शब्द जो आपस में जुड़े न हों, अच्छे हैं और याद रहते हैं।
account-password-hint-both = कम से कम { $count } अक्षर, या ऑथेंटिकेटर ऐप हो तो { $factor }। तीन-चार ऐसे शब्द जो आपस में जुड़े न हों, अच्छे हैं और याद रहते हैं।
account-password-keep = नया पासवर्ड रखें
account-password-changed = आपका पासवर्ड बदल गया। बाकी सब जगह आप साइन आउट हो गए हैं।
account-go-on = आगे बढ़ें
account-have-one = आपका खाता है?
account-registered = आपका खाता तैयार है।

account-code-sent = आपके दिए पते पर हमने एक कोड भेजा है।
account-code-sent-to = हमने { $email } पर एक कोड भेजा है।
account-mailed-code = ईमेल में आया कोड
account-mailed-hint = छह अंक, { $count } मिनट तक मान्य। बीच में खाली जगह हो तो कोई बात नहीं।
account-no-mail = कुछ नहीं आया?
account-no-mail-why = एक मिनट लग सकता है। अनचाही मेल का फ़ोल्डर देखें, और जाँच लें कि पता सही है।
account-send-again = दूसरा कोड भेजें
account-code-sent-again = दूसरा कोड भेजा जा रहा है। केवल सबसे नया कोड चलता है।
account-other-address = दूसरा पता दें
account-send-code = कोड भेजें
account-by-code-why = हम ईमेल से कोड भेजते हैं। पासवर्ड की ज़रूरत नहीं।
account-by-password = पासवर्ड से साइन इन करें
account-give-address-why = हमें एक पता चाहिए जहाँ हम आपको लिख सकें। पहले वहाँ एक कोड जाता है।

account-forgot-why = हम ईमेल से एक लिंक भेजते हैं जिससे आप नया पासवर्ड चुनते हैं।
account-send-link = लिंक भेजें
account-remembered = मुझे याद है: साइन इन करें
account-sent-reset = यदि इस पते का कोई खाता है, तो एक लिंक भेजा जा रहा है। यह { $count } मिनट तक और एक ही बार चलता है।
account-reset-why = आप हर डिवाइस पर साइन आउट हो जाएँगे।
account-dead-reset = यह इस्तेमाल हो चुका है या इसका समय बीत गया है।
account-dead-reset-again = नया लिंक मँगाएँ
account-dead-invitation = आमंत्रण स्वीकार हो चुका है, वापस लिया गया है या उसका समय बीत गया है। जिन्होंने आमंत्रित किया, वे फिर से कर सकते हैं।
account-dead-invitation-again = साइन इन करें

account-role = आप होंगे
account-invitation-why = { $bank } आपको अपने डेस्क पर काम करने के लिए आमंत्रित करता है। एक पासवर्ड चुनें।
account-invitation-next = इसके बाद आप अपने फ़ोन पर ऑथेंटिकेटर ऐप जोड़ेंगे। फ़ोन पास रखें।

account-error-name_missing = अपना नाम लिखें
account-error-name_invalid = नाम एक पंक्ति में लिखें, 320 अक्षर से अधिक नहीं
account-error-password_new_missing = एक पासवर्ड चुनें
account-error-password_short = कम से कम { $count } अक्षर का पासवर्ड चुनें
account-error-password_long = अधिक से अधिक 128 अक्षर का पासवर्ड चुनें
account-error-password_common = ऐसा पासवर्ड चुनें जिसका अनुमान लगाना कठिन हो: आम पासवर्ड नहीं, पास-पास की कुंजियाँ नहीं, और आपके नाम, पते या बैंक के नाम से बना नहीं
account-error-email_taken = इस पते का खाता पहले से है। उसी से साइन इन करें
account-error-admin_exists = एक व्यवस्थापक पहले से है, जो आपको आमंत्रित कर सकता है

account-title-account = आपका खाता
account-title-password = अपना पासवर्ड बदलें
account-title-address = अपना ईमेल पता बदलें
account-title-prove = क्या यह आप ही हैं?
account-title-profile = आपके बारे में
account-title-provider = वहाँ साइन इन नहीं हुआ

account-details = आपका विवरण
account-phone = टेलीफ़ोन
account-phone-hint = यदि नंबर भारत का नहीं है तो देश का कोड भी लिखें
account-branch = आपकी शाखा
account-branch-none = कोई नहीं, या मुझे पक्का नहीं पता
account-language = भाषा
account-channel = हम आपको किस तरह जवाब दें
account-channel-email = ईमेल से
account-channel-phone = टेलीफ़ोन से
account-channel-chat = चैट में
account-channel-counter = शाखा में
account-consents = आपकी सहमति
account-consents-none = कोई नहीं
account-consents-ask = क्या हम ये कर सकते हैं?
account-consents-hint = आप इसे कभी भी बदल सकते हैं। मदद हम हर हाल में वैसी ही करेंगे।
account-consent-ratings = मामला पूरा होने पर आपकी राय पूछना
account-consent-offers = बैंक के प्रस्ताव बताना
account-not-given = नहीं दिया
account-profile-first = स्वागत है। कुछ प्रश्न, केवल एक बार
account-profile-why = इससे हम आपके मनपसंद तरीके से जवाब दे पाते हैं। नाम के सिवा कुछ भी भरना ज़रूरी नहीं।
account-profile-keep = सहेजें
account-profile-saved = हमने लिख लिया है।
account-leave = अपने खाते पर लौटें

account-ways = आप कैसे साइन इन करते हैं
account-password-set = है
account-password-none = नहीं है
account-password-current = आपका अभी का पासवर्ड
account-reset-why-others = आप यहाँ साइन इन रहेंगे और बाकी सब जगह साइन आउट हो जाएँगे।
account-app = ऑथेंटिकेटर ऐप
account-app-why = दूसरा चरण, जो आपका पासवर्ड जानने वाले को भी बाहर रखता है।
account-on = चालू
account-off = बंद
account-app-begin = ऑथेंटिकेटर ऐप जोड़ें
account-app-again = इसकी जगह दूसरा ऐप जोड़ें
account-app-remove = बंद करें
account-app-remove-sure = दूसरा चरण बंद करें? तब साइन इन के लिए केवल पासवर्ड काफ़ी होगा।
account-factor-removed = दूसरा चरण बंद है। बाकी सब जगह आप साइन आउट हो गए हैं।
account-recovery-left = { $count ->
    [one] एक रिकवरी कोड बचा है।
   *[other] { $count } रिकवरी कोड बचे हैं।
}
account-recovery-new = नए रिकवरी कोड बनाएँ
account-providers = दूसरों के ज़रिए साइन इन
account-linked-since = कब से जुड़ा है:
account-not-linked = जुड़ा नहीं है
account-link = { $provider } जोड़ें
account-unlink = { $provider } हटाएँ
account-linked = जुड़ गया। अब आप इससे भी साइन इन कर सकते हैं।
account-unlinked = अब यह जुड़ा नहीं है। बाकी सब जगह आप साइन आउट हो गए हैं।

account-sessions = आप कहाँ-कहाँ साइन इन हैं
account-sessions-why = यदि इनमें से किसी को आप नहीं पहचानते, तो उसे बंद करें और पासवर्ड बदलें।
account-session-this = यही
account-session-since = कब से:
account-session-seen = पिछली बार:
account-session-end = { $name } बंद करें
account-session-ended = वहाँ साइन आउट हो गया।
account-sessions-end-others = बाकी सब जगह साइन आउट करें
account-sessions-ended = बाकी सब जगह आप साइन आउट हो गए हैं।
account-latest = हाल में क्या हुआ
account-latest-why = हाल के साइन इन और कोशिशें, सबसे नई पहले।
account-attempt-logged_in = साइन इन हुआ
account-attempt-log_in_refused = ग़लत पासवर्ड डाला गया
account-attempt-factor_refused = दूसरे चरण में ग़लत कोड डाला गया
account-attempt-registered = खाता बनाया गया
account-attempt-reset_asked = नए पासवर्ड का लिंक माँगा गया
account-attempt-asked = मामले का लिंक माँगा गया

account-address-why = हम नए पते पर एक कोड भेजते हैं। कोड लिखने तक पुराना पता ही रहेगा।
account-address-changed = आपका ईमेल पता बदल गया। बाकी सब जगह आप साइन आउट हो गए हैं।
account-prove-why = आप साइन इन का तरीका बदलने जा रहे हैं। कृपया एक बार फिर दिखाएँ कि यह आप ही हैं।
account-prove-no-password = आपका कोई पासवर्ड नहीं है। जिससे साइन इन करते हैं उसी से एक बार फिर करें, या ईमेल के लिंक से पासवर्ड चुनें।
account-prove-with = { $provider } से आगे बढ़ें
account-forgot-choose = पासवर्ड चुनें
account-proved = धन्यवाद। आप दस मिनट तक बदलाव कर सकते हैं।

account-try-again = फिर कोशिश करें
account-provider-declined = आपने या उन्होंने इसे रोक दिया। कुछ नहीं हुआ।
account-provider-late = इसमें बहुत समय लगा, यह दूसरे ब्राउज़र में शुरू हुआ था या पहले ही लौट चुका था। कुछ नहीं हुआ।
account-provider-away = वहाँ से अभी जवाब नहीं मिल रहा। थोड़ी देर बाद फिर कोशिश करें, या दूसरे तरीके से साइन इन करें।
account-provider-failed = वहाँ से जो जवाब आया, वह यहाँ काम का नहीं है। हमें इसकी जानकारी है। कृपया दूसरे तरीके से साइन इन करें।
account-provider-identity_taken = वहाँ का यह खाता किसी दूसरे खाते से जुड़ा है। उसी से साइन इन करें, या पहले उसे हटाएँ।
account-provider-identities_full = जितने जुड़ सकते हैं उतने जुड़े हैं। पहले एक हटाएँ।
account-provider-last_way_in = पहले पासवर्ड चुनें: नहीं तो आप साइन इन नहीं कर पाएँगे।
account-provider-proof_wrong = इससे यह नहीं दिखा कि यह आप ही हैं। जो आपके खाते से जुड़ा है वही चुनें, और यदि पासवर्ड और दूसरा चरण हैं तो वे।

account-error-proof_wrong = यह सही नहीं है। अपना पासवर्ड लिखें, और ऑथेंटिकेटर ऐप हो तो कोड भी
account-error-phone_invalid = टेलीफ़ोन नंबर अंकों में लिखें; बीच में + - ( ) या खाली जगह हो सकती है
account-error-phone_missing = अपना टेलीफ़ोन नंबर लिखें, ताकि हम फ़ोन कर सकें
account-error-branch_unknown = सूची में से शाखा चुनें
account-error-consents_invalid = सूची में से चुनें

account-title-track = मामला देखें
account-title-track-case = आपका मामला
account-track-why = खाते की ज़रूरत नहीं। हम आपके मामले का लिंक ईमेल से भेजते हैं।
account-reference = संदर्भ संख्या
account-reference-hint = जैसी मामले की ईमेल में है, उदाहरण: ABCDE-FGHJK-M। खाली जगह और हाइफ़न से फ़र्क़ नहीं पड़ता।
account-track-email = वही पता जो आपने मामले के साथ दिया था
account-track-sent = यदि यह सही है, तो मामले का लिंक भेजा जा रहा है। यह { $count } घंटे तक मान्य है।
account-track-status = स्थिति
account-track-more = खाते से आप फ़ाइलें जोड़ सकते हैं, मामला फिर खोल सकते हैं और राय दे सकते हैं।
account-dead-track = इसका समय बीत गया है, या यह पूरा नहीं है। मामले का लिंक एक दिन चलता है।
account-dead-track-again = नया लिंक मँगाएँ
account-error-reference_missing = अपने मामले की संदर्भ संख्या लिखें
account-error-reference_invalid = संदर्भ संख्या जाँचें: इसमें 11 अक्षर और अंक होते हैं, जैसे ABCDE-FGHJK-M, और एक ग़लत लिखा लगता है
