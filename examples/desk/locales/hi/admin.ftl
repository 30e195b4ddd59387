# पर्यवेक्षक और प्रशासक जो देखते हैं।

admin-sections = डेस्क का संचालन
admin-section-overview = सारांश
admin-section-complaints = शिकायतें
admin-section-work = किया गया काम
admin-section-people = लोग
admin-section-teams = टीमें और कतारें
admin-section-access = कौन क्या कर सकता है

admin-title-overview = डेस्क का हाल
admin-title-cases = मामले
admin-title-complaints = शिकायत रिपोर्ट
admin-title-work = किया गया काम
admin-title-people = लोग
admin-title-person = व्यक्ति
admin-title-invite = सहकर्मी को बुलाएँ
admin-title-teams = टीमें और कतारें
admin-title-access = कौन क्या कर सकता है

admin-as-of = इस समय तक
admin-counting = आँकड़े पहली बार गिने जा रहे हैं; कुछ अभी बाकी हैं।
admin-period = अवधि
admin-days = { $count ->
    [one] पिछला दिन
   *[other] पिछले { $count } दिन
}
admin-from = से
admin-to = तक (यह दिन भी)
admin-by = किसके अनुसार
admin-show = दिखाएँ
admin-save = सहेजें
admin-nothing = यहाँ कुछ नहीं है।
admin-none-yet = अभी कोई नहीं
admin-any = कोई भी
admin-all = सभी
admin-nobody = कोई नहीं
admin-not-given = नहीं बताया
admin-yes = हाँ
admin-no = नहीं
admin-why = क्यों
admin-language = भाषा

admin-figure-arrivals = प्राप्त मामले
admin-figure-backlog = खुले मामले
admin-figure-late = समय-सीमा के पार
admin-figure-first-response = पहला उत्तर समय पर
admin-figure-resolution = समाधान समय पर
admin-figure-reopened = दोबारा खुले
admin-figure-satisfaction = संतुष्ट ग्राहक
admin-figure-counters = काउंटर पर प्रतीक्षा में
admin-figure-visits = पेज विज़िट
admin-figure-users = उपयोगकर्ता
admin-figure-sessions = अभी साइन इन
admin-trend-note = पिछले { $days } दिनों की तुलना में।
admin-trend-more = पहले से { $count } अधिक
admin-trend-less = पहले से { $count } कम
admin-trend-same = पहले जैसा
admin-points-up = { $count } अंक ऊपर
admin-points-down = { $count } अंक नीचे
admin-oldest = { $days ->
    [one] सबसे पुराना: एक दिन
   *[other] सबसे पुराना: { $days } दिन
}
admin-of-resolutions = समाधानों का { $percent } %
admin-ratings = { $count ->
    [one] एक रेटिंग
   *[other] { $count } रेटिंग
}
admin-met-of = { $all } में से { $met }
admin-sessions-split = { $staff } कर्मचारी, { $customers } ग्राहक
admin-minutes = { $count } मिनट

admin-chart-flow = प्राप्त और सुलझे, दिन-प्रतिदिन
admin-chart-raised = प्राप्त
admin-chart-resolved = सुलझे
admin-chart-ages = खुले मामले, आयु के अनुसार
admin-chart-open = खुले
admin-chart-kept = समाधान के लक्ष्य, दिन-प्रतिदिन
admin-chart-met = समय पर
admin-chart-breached = देर से
admin-chart-roles = भूमिका के अनुसार उपयोगकर्ता
admin-chart-accounts = सक्रिय खाते
admin-chart-first = पहले उत्तर, दिन-प्रतिदिन
admin-chart-reopened = फिर से खोले गए, दिन-प्रतिदिन
admin-chart-ratings = उत्तरों को कैसे अंक मिले
admin-chart-rated = अंक
admin-chart-waiting = अभी काउंटरों पर प्रतीक्षा में
admin-chart-people = लोग
admin-chart-visits = पृष्ठ के अनुसार भेंट
admin-chart-visited = भेंट
admin-chart-complaints = स्थिति के अनुसार शिकायतें
admin-age-under = { $to ->
    [one] एक दिन से कम
   *[other] { $to } दिन से कम
}
admin-age-between = { $from } से { $to } दिन
admin-age-over = { $from } दिन और अधिक

admin-grid-cases = मामले
admin-grid-counters = काउंटर अभी
admin-grid-visits = देखे गए पेज
admin-grid-wanted = ग्राहक किसलिए आए
admin-grid-users = उपयोगकर्ता और सत्र
admin-grid-complaints = शिकायतें
admin-grid-work = किया गया काम
admin-grid-people = लोग
admin-grid-invitations = खुले निमंत्रण
admin-grid-sessions = सत्र
admin-grid-queues = कतारें
admin-grid-staff = कर्मचारी
admin-grid-teams = टीमों की मेल
admin-grid-verbs = किसी मामले पर
admin-grid-rights = पूरे डेस्क पर
admin-grid-manages = कौन किसे बुला, बदल और निलंबित कर सकता है

admin-col-case = मामला
admin-col-subject = विषय
admin-col-kind = प्रकार
admin-col-service = सेवा
admin-col-status = स्थिति
admin-col-with = किसके पास
admin-col-received = प्राप्त
admin-col-deadline = अगली समय-सीमा
admin-col-why = क्यों
admin-col-branch = शाखा
admin-col-waiting = प्रतीक्षा में
admin-col-open-counters = काउंटर
admin-col-wait = प्रतीक्षा
admin-col-page = पेज
admin-col-visits = विज़िट
admin-col-pending = अब भी खुले
admin-col-role = भूमिका
admin-col-active = सक्रिय
admin-col-suspended = निलंबित
admin-col-reopened = कभी दोबारा खुले
admin-col-what = क्या
admin-col-raised = दर्ज
admin-col-resolved = सुलझे
admin-col-closed = बंद
admin-col-replies = उत्तर
admin-col-first-met = पहला उत्तर समय पर
admin-col-first-breached = देर से
admin-col-first-share = हिस्सा
admin-col-resolution-met = समाधान समय पर
admin-col-resolution-breached = देर से
admin-col-resolution-share = हिस्सा
admin-col-ratings = रेटिंग
admin-col-rating = रेटिंग
admin-col-satisfied = संतुष्ट
admin-col-name = नाम
admin-col-email = ई-मेल पता
admin-col-state = दशा
admin-col-factor = दूसरा प्रमाण
admin-col-seen = पिछली बार
admin-col-created = कब से
admin-col-invited = बुलाया गया
admin-col-until = तब तक मान्य
admin-col-action = कार्रवाई
admin-col-browser = ब्राउज़र
admin-col-source = कहाँ से
admin-col-since = कब से
admin-col-queue = कतार
admin-col-services = सेवाएँ
admin-col-allocation = बाँटने का तरीका
admin-col-who = कौन सँभालता है
admin-col-available = उपलब्ध
admin-col-queues = कतारें
admin-col-skills = कौशल
admin-col-cases = एक साथ मामले
admin-col-live = एक साथ प्रतीक्षारत लोग
admin-col-team = टीम
admin-col-verb = कार्य
admin-col-right = अधिकार

admin-by-service = उत्पाद
admin-by-month = महीना
admin-by-whole = कुछ नहीं
admin-by-day = दिन
admin-by-kind = प्रकार
admin-by-channel = माध्यम
admin-by-agent = एजेंट
admin-field-branch = शाखा
admin-field-cause = कारण

admin-kind-complaint = शिकायत
admin-kind-query = प्रश्न
admin-kind-request = अनुरोध
admin-kind-service = काउंटर
admin-kind-quote = भाव
admin-status-new = नया
admin-status-open = खुला
admin-status-waiting_for_customer = ग्राहक की प्रतीक्षा
admin-status-waiting_for_third_party = दूसरों की प्रतीक्षा
admin-status-resolved = सुलझा
admin-status-closed = बंद
admin-role-customer = ग्राहक
admin-role-agent = एजेंट
admin-role-supervisor = पर्यवेक्षक
admin-role-admin = प्रशासक
admin-role-service = प्रोग्राम
admin-role-system = स्वयं डेस्क
admin-state-active = सक्रिय
admin-state-suspended = निलंबित
admin-reach-never = –
admin-reach-own = अपने
admin-reach-served = अपनी कतारें
admin-reach-any = सभी
admin-claimed = जो ले ले

admin-cases-total = { $count } मामले
admin-narrowed-days = { $from } से { $to } तक प्राप्त
admin-sessions-customer = ग्राहकों के सत्र
admin-sessions-staff = कर्मचारियों के सत्र
admin-sessions-visitor = बिना साइन इन के आगंतुक

admin-sheet = यह तालिका साथ ले जाएँ (CSV)
admin-definitions = आँकड़ों का अर्थ
admin-definition-received = प्राप्त: इन दिनों बैंक तक पहुँची शिकायतें, अब चाहे जहाँ हों। जो किसी दूसरे मामले में जुड़ गईं, वे भी गिनी जाती हैं।
admin-definition-status = स्थिति बताती है कि ये शिकायतें अब कहाँ हैं, तब कहाँ थीं यह नहीं।
admin-definition-closed = बंद में वे शिकायतें भी हैं जो किसी दूसरे मामले में जुड़ गईं।
admin-definition-reopened = कभी दोबारा खुले: जो कम से कम एक बार फिर उठाई गईं; हर एक एक बार गिनी जाती है।
admin-definition-rows = हर शिकायत एक पंक्ति में गिनी जाती है: उसके अभी के उत्पाद, कारण और शाखा के अनुसार।
admin-definition-raised = दर्ज: इस समय में डेस्क में डाले गए मामले।
admin-definition-met = समय पर: समय-सीमा से पहले पूरे हुए लक्ष्य, जहाँ नीति कहे वहाँ काम के घंटों में।
admin-definition-breached = देर से: जिनकी समय-सीमा इस समय में बीती और जो पूरे नहीं हुए थे।
admin-definition-satisfied = संतुष्ट: 4 और 5 रेटिंग का हिस्सा।

admin-find = नाम या ई-मेल पता
admin-find-hint = नाम की शुरुआत, या पूरा पता
admin-withdraw = वापस लें
admin-withdraw-sure = यह निमंत्रण वापस लें?
admin-work = काम
admin-load = { $of_cases } में से { $cases } मामले, { $of_live } में से { $live } प्रतीक्षारत लोग।
admin-their-cases = इनके मामले
admin-skills-hint = हर कौशल 1 से 5 के स्तर के साथ, जैसे: cards 5, loans 2
admin-skills-wrong = हर कौशल 1 से 5 के स्तर के साथ लिखें, जैसे: cards 5, loans 2
admin-number-wrong = पूर्ण संख्या लिखें
admin-capacity-hint = इस तरह का काम न हो तो खाली या 0
admin-available = नया काम दिया जा सकता है
admin-back-to-queues = वापस कतारों में
admin-hand-over-to = खुले मामले किसे सौंपें
admin-hand-over-hint = जो कतार यह सहकर्मी नहीं सँभालता, उसके मामले कतार में लौटते हैं
admin-actions = खाता
admin-set-role = यह भूमिका दें
admin-reset-factor = दूसरा प्रमाण हटाएँ
admin-reset-factor-sure = दूसरा प्रमाण हटाएँ? सभी सत्र समाप्त होंगे, और अगली बार नया प्रमाण बनेगा।
admin-end-sessions = सभी सत्र समाप्त करें
admin-end-sessions-sure = इस व्यक्ति को हर जगह से साइन आउट करें?
admin-suspend = निलंबित करें
admin-suspend-sure = इस व्यक्ति को निलंबित करें? वे तुरंत हर जगह से साइन आउट हो जाएँगे और बहाल किए जाने तक वापस नहीं आ सकेंगे।
admin-reinstate = फिर साइन इन करने दें
admin-not-yours = प्रशासकों के खाते केवल प्रशासक बदलते हैं।
admin-role-wrong = कर्मचारियों की कोई भूमिका चुनें
admin-invite = निमंत्रण भेजें
admin-invite-text = उन्हें ई-मेल से सात दिन तक मान्य लिंक मिलता है, और वे अपना पासवर्ड और दूसरा प्रमाण स्वयं चुनते हैं।
admin-done-work = सहेजा गया
admin-done-suspended = निलंबित। खुले मामले सौंप दिए गए।
admin-done-reinstated = यह व्यक्ति फिर साइन इन कर सकता है
admin-done-role = भूमिका बदल दी गई
admin-done-factor = दूसरा प्रमाण हटा दिया गया
admin-done-sessions = सभी सत्र समाप्त कर दिए गए
admin-done-invited = निमंत्रण भेज दिया गया
admin-done-withdrawn = निमंत्रण वापस लिया गया

admin-expected = अपेक्षित: { $what }
admin-stale = जब आप देख रहे थे, किसी और ने इसे बदल दिया। आपका लिखा यहीं है; उनका देखने के लिए पेज फिर लोड करें।
admin-not-possible = यह अभी संभव नहीं: { $why }
admin-account-not_yourself = आप अपने ही खाते पर यह नहीं कर सकते
admin-account-last_admin = डेस्क चलाने वाला कोई और नहीं: पहले दूसरा प्रशासक बनाएँ
admin-account-email_taken = इस पते से पहले ही किसी का खाता है
admin-account-tokens_full = टोकन बहुत हैं: पहले वे हटाएँ जिन्हें कोई काम में नहीं लेता

# नियम, सूची, लेखा और बाकी सब।

admin-section-policies = नीतियाँ
admin-section-catalogue = सूची
admin-section-replies = तैयार उत्तर और मैक्रो
admin-section-forms = फ़ॉर्म की गुणवत्ता
admin-section-notices = न भेजी गई मेल
admin-section-quarantine = रोकी गई फ़ाइलें
admin-section-tokens = टोकन
admin-section-audit = लेखा परीक्षा

admin-title-policies = नीतियाँ
admin-title-edit = लक्ष्य, समय और कतारें बदलें
admin-title-json = सब कुछ JSON में बदलें
admin-title-preview = इससे क्या बदलेगा
admin-title-history = पहले की नीतियाँ
admin-title-change = नीतियों में बदलाव
admin-title-audit = लेखा परीक्षा
admin-title-checked = शृंखलाओं की जाँच
admin-title-notices = जो मेल नहीं गई
admin-title-quarantine = रोकी गई फ़ाइलें
admin-title-forms = फ़ॉर्म की गुणवत्ता
admin-title-tokens = प्रोग्रामों के टोकन
admin-title-replies = तैयार उत्तर और मैक्रो
admin-title-canned = तैयार उत्तर
admin-title-macro = मैक्रो
admin-title-catalogue = सूची
admin-title-branch = शाखा
admin-title-service = सेवा
admin-title-choices = विकल्पों के नाम
admin-title-texts = मेल के पाठ

admin-grid-services = सेवाएँ
admin-grid-sla = समय-सीमाएँ
admin-grid-calendars = काम का समय
admin-grid-allocation = मामले कैसे बँटते हैं
admin-grid-fields = फ़ॉर्म के प्रश्न
admin-grid-rules-history = कब क्या लागू था
admin-grid-affected = कुछ मामले जो बदलेंगे
admin-grid-audit = किसने क्या बदला
admin-grid-chains = शृंखलाएँ
admin-grid-dead = छोड़ी गई
admin-grid-owed = फिर कोशिश होगी
admin-grid-quarantine = फ़ाइलें जिनमें जाँच को कुछ मिला
admin-grid-forms = फ़ॉर्म
admin-grid-questions = प्रश्न जिनके उत्तर ग़लत थे
admin-grid-tokens = मान्य टोकन
admin-grid-canned = तैयार उत्तर
admin-grid-macros = मैक्रो
admin-grid-branches = शाखाएँ
admin-grid-offers = सेवाएँ
admin-grid-choice-names = विकल्पों के नाम

admin-col-code = कोड
admin-col-priority = प्राथमिकता
admin-col-units = इकाइयाँ
admin-col-policy = नीति
admin-col-for = किसके लिए
admin-col-calendar = समय
admin-col-first-response = पहला उत्तर
admin-col-next-response = अगला उत्तर
admin-col-resolution = समाधान
admin-col-closes = इतने बाद बंद
admin-col-zone = समय क्षेत्र
admin-col-hours = समय
admin-col-holidays = छुट्टियाँ
admin-col-exceptions = अन्य दिन
admin-col-prefers = वरीयता
admin-col-field = प्रश्न
admin-col-type = प्रकार
admin-col-choices = विकल्प
admin-col-number = संख्या
admin-col-at = कब
admin-col-by = किसने
admin-col-comment = क्यों
admin-col-due-now = अभी की समय-सीमा
admin-col-due-then = तब की समय-सीमा
admin-col-act = क्या
admin-col-on = किस पर
admin-col-details = विवरण
admin-col-chain = शृंखला
admin-col-holds = परिणाम
admin-col-events = प्रविष्टियाँ
admin-col-head = रखने योग्य सिरा
admin-col-text = पाठ
admin-col-to = किसे
admin-col-owed = कब से बाकी
admin-col-tries = कोशिशें
admin-col-why-not = क्यों नहीं
admin-col-found = मिला
admin-col-file = फ़ाइल
admin-col-size = बाइट
admin-col-hash = SHA-256
admin-col-form = फ़ॉर्म
admin-col-sent = भेजे गए
admin-col-with-error = ग़लती के साथ
admin-col-error-share = हिस्सा
admin-col-error-share-before = पिछली अवधि
admin-col-question = प्रश्न
admin-col-wrong = ग़लत
admin-col-label = किसलिए
admin-col-scopes = दायरे
admin-col-used = पिछली बार
admin-col-word = छोटा नाम
admin-col-reply = भेजा जाने वाला उत्तर
admin-col-steps = कदम
admin-col-counters-there = काउंटर
admin-col-shown = ग्राहकों को दिखता है
admin-col-doors = आने के रास्ते
admin-col-letter = टोकन का अक्षर
admin-col-branches = शाखाएँ

admin-rules-number = लागू: बदलाव संख्या { $number }, संस्करण
admin-tags = टैग
admin-silent = पाठ जो किसी को नहीं भेजे जाते
admin-every-case = हर मामला
admin-every-hour-counts = हर घंटा गिना जाता है
admin-escalations = { $count ->
    [one] देर होने पर एक कदम
   *[other] देर होने पर { $count } कदम
}
admin-always = हमेशा खुला
admin-day-monday = सोमवार
admin-day-tuesday = मंगलवार
admin-day-wednesday = बुधवार
admin-day-thursday = गुरुवार
admin-day-friday = शुक्रवार
admin-day-saturday = शनिवार
admin-day-sunday = रविवार
admin-rule-account_owner = ग्राहक का अपना सलाहकार
admin-rule-skills = सबसे कुशल
admin-rule-least_loaded = सबसे कम भार वाला
admin-rule-round_robin = जिसने सबसे देर प्रतीक्षा की
admin-edit-text = जब तक आप न देख लें कि किन खुले मामलों पर असर होगा, कुछ नहीं बदलता।
admin-span-hint = जैसे 4h, 30m, 2bd (कार्य दिवस), 30cd (कैलेंडर दिन), 8w (सप्ताह)
admin-services-into = वह कतार जिसमें इसके नए मामले जाते हैं। खुले मामले जहाँ हैं वहीं रहते हैं।
admin-hours-hint = जैसे 10:00-17:00, या 09:00-12:00, 13:00-18:00, या closed
admin-holidays-hint = हर एक के लिए एक पंक्ति: 2026-12-25 क्रिसमस, या दिन के एक भाग के लिए 2026-12-24 12:00-24:00 क्रिसमस की शाम
admin-holidays-wrong = हर छुट्टी अपनी पंक्ति में लिखें, जैसे 2026-12-25 क्रिसमस
admin-json = नीतियाँ JSON में
admin-json-hint = पूरी जाँची जाती है; जो मेल नहीं खाता उसका स्थान बताया जाता है
admin-preview = दिखाएँ कि क्या बदलेगा
admin-preview-all = { $all } में से { $changed } खुले मामलों की समय-सीमा या चेतावनी बदलेगी।
admin-preview-more = पहले { $all } में से { $changed } खुले मामलों की समय-सीमा या चेतावनी बदलेगी; और भी खुले मामले हैं।
admin-undecided = { $count } तय नहीं हो सके।
admin-difference = क्या बदलता है, पंक्ति दर पंक्ति
admin-same-rules = यही नीतियाँ लागू हैं।
admin-rules-moved = अभी लागू नहीं: नीचे देखें कि अब क्या बदलता है
admin-rules-stale = इस बीच किसी और प्रशासक ने नीतियाँ लागू कीं, और दोनों आपस में मेल नहीं खातीं। आपका कुछ नहीं खोया: नीचे दिखता है कि आपकी उनसे कैसे अलग हैं। आपकी लागू करने से ऋण चिह्न वाली पंक्तियाँ हट जाएँगी।
admin-comment = क्यों
admin-comment-hint = बदलाव के साथ रखा जाता है
admin-put = लागू करें
admin-go-on = और बदलें
admin-not-so = { $why }
admin-done-rules = अब से लागू। खुला मामला इसके अधीन तब आता है जब उस पर अगली बार कुछ होता है, या अगली समय-सीमा पर
admin-given-out = { $count ->
    [one] एजेंट की प्रतीक्षा में एक मामला किसी और ढंग से दिया जाएगा।
   *[other] एजेंट की प्रतीक्षा में { $count } मामले किसी और ढंग से दिए जाएँगे।
}
admin-rules-together = इस बीच किसी और प्रशासक ने नीतियाँ लागू कीं। उन्होंने जो बदला वह बना रहता है: नीचे केवल वही है जो आप उसमें बदलते हैं।
admin-rules-both = इस बीच किसी और प्रशासक ने नीतियाँ लागू कीं। उन्होंने जो बदला वह बना रहता है, सिवाय वहाँ जहाँ आपने भी वही बदला: वहाँ आपका रहेगा, जैसा नीचे की पंक्तियाँ कहती हैं।
admin-adopt-tick = खुले मामलों को नई समय-सीमा तुरंत मिले
admin-done-rules-all = अब से लागू, खुले मामलों के लिए भी
admin-done-rules-only = अब से लागू। अभी हर खुला मामला इसके अधीन नहीं लाया जा सका: नीचे फिर करें
admin-open-cases = खुले मामले
admin-adopt-text = खुला मामला इन नीतियों के अधीन तब आता है जब उस पर अगली बार कुछ होता है, या अगली समय-सीमा पर।
admin-adopt = सभी खुले मामले अभी इनके अधीन लाएँ
admin-adopt-rest-text = और भी खुले मामले हैं।
admin-adopt-rest = बाकी के साथ आगे बढ़ें
admin-adopted = { $changed ->
    [0] किसी खुले मामले में बदलाव की ज़रूरत नहीं थी।
    [one] एक खुला मामला इन नीतियों के अधीन आया।
   *[other] { $changed } खुले मामले इन नीतियों के अधीन आए।
} { $left ->
    [0] {""}
    [one] एक इस बीच बदला या तय नहीं हो सका; वह अगली बार कुछ होने पर आएगा।
   *[other] { $left } इस बीच बदले या तय नहीं हो सके; वे अगली बार कुछ होने पर आएँगे।
}

admin-audit-text = लोगों, नीतियों और खातों का हर बदलाव, पिछले से जुड़ा हुआ। सिरे वहाँ रखें जहाँ डेटाबेस बदलने वाला कोई न पहुँचे।
admin-chain-feed = मामलों की घटनाएँ
admin-chain-trail = लोगों और नीतियों के बदलाव
admin-chain-holds = शृंखला सही है
admin-chain-broken = स्थान { $where } पर टूटी:
admin-chain-text = दोनों शृंखलाएँ शुरू से पढ़ी गईं। सिरे नक़ल करके कहीं और रखें।
admin-exported-feed = मामलों का पहले रखा गया सिरा
admin-exported-trail = बदलावों का पहले रखा गया सिरा
admin-exported-hint = खाली छोड़ सकते हैं
admin-head-wrong = रखा गया सिरा: स्थान, कोलन, हैश
admin-check = दोनों शृंखलाएँ जाँचें

admin-notices-text = मेल अपने आप बढ़ते अंतराल पर फिर भेजी जाती है। जो छोड़ी गई, उसकी कोशिशें बहुत हो गईं, या मेल सर्वर ने कहा कि वह कभी नहीं लेगा।
admin-next-try = अगली कोशिश इस समय
admin-being-sent = भेजी जा रही है
admin-quarantine-text = { $count ->
    [one] एक फ़ाइल रोकी गई। उसके बाइट किसी को नहीं दिए जाते; कुछ सप्ताह बाद हटा दिए जाते हैं।
   *[other] { $count } फ़ाइलें रोकी गईं। उनके बाइट किसी को नहीं दिए जाते; कुछ सप्ताह बाद हटा दिए जाते हैं।
}
admin-forms-text = भेजते समय फ़ॉर्म में कितनी बार कुछ ग़लत था। 10 % से कम होना चाहिए।
admin-forms-alarm = 10 % से अधिक बार ग़लती थी: { $forms }
admin-form-alarm = 10 % से ऊपर
admin-form-fine = ठीक

admin-never = कभी नहीं
admin-revoke = रद्द करें
admin-revoke-sure = यह टोकन रद्द करें? जो प्रोग्राम इसे काम में लेते हैं, तुरंत बाहर हो जाएँगे।
admin-done-revoked = टोकन रद्द किया गया
admin-token-once = यह रहा टोकन। अभी नक़ल कर लें: यह फिर कभी नहीं दिखेगा।
admin-new-token = टोकन बनाएँ
admin-make-token = टोकन बनाएँ
admin-label-hint = जैसे: डेटा वेयरहाउस की रिपोर्ट
admin-label-missing = बताएँ कि टोकन किसलिए है
admin-col-acts-as = किसकी ओर से
admin-token-own = अपने नाम से चलने वाला प्रोग्राम
admin-token-agent-hint = एजेंट तभी चुनें जब यह उन्हीं का उपकरण हो, जैसे उनके काउंटर के बटन। इससे जो होगा, वह उनका किया माना जाएगा।
admin-scopes-hint = प्रोग्राम क्या माँग सकता है। इसके आगे क्या कर सकता है, यह औरों की तरह तय होता है।
admin-scope-tickets-read = सूचियाँ, मामले, क्या कहा गया, फ़ाइलें
admin-scope-tickets-write = मामले दर्ज करना, उन पर काम करना, फ़ाइलें जोड़ना
admin-scope-counter-read = शाखाओं की कतारें, नंबर, काउंटर
admin-scope-counter-write = ग्राहक के लिए नंबर लेना
admin-scope-counter-serve = एजेंट के रूप में काउंटर खोलना, नंबर बुलाना और काम पूरा करना
admin-scope-chats-read = चैट, और उनमें क्या कहा गया
admin-scope-chats-write = ग्राहकों के लिए चैट शुरू करना, जवाब देना और समाप्त करना
admin-scope-quotes-write = क़ीमत बताना
admin-scope-transactions-read = एजेंट के रूप में भुगतान देखना
admin-scope-catalogue-read = बैंक क्या देता है, और कब
admin-scope-agents-read = कौन जवाब देता है, और उनके पास कितना काम है
admin-scope-customers-read = ग्राहक कौन हैं, पते या नाम से खोजे हुए
admin-scope-shared-read = सहेजी सूचियाँ, तैयार उत्तर और मैक्रो
admin-scope-reports-read = किसी अवधि में क्या हुआ, आँकड़ों में
admin-scope-events-read = क्या हो रहा है, उसी समय
admin-token-days = कितने दिन मान्य
admin-token-days-hint = अधिक से अधिक { $days }

admin-new-canned = नया तैयार उत्तर
admin-new-macro = नया मैक्रो
admin-all-queues = सभी
admin-no-reply = कोई नहीं
admin-text = क्या कहता है
admin-word-hint = छोटे अंग्रेज़ी अक्षर, अंक और हाइफ़न; बाद में नहीं बदलता
admin-word-wrong = छोटे अंग्रेज़ी अक्षरों, अंकों और हाइफ़न का छोटा नाम लिखें
admin-variables-hint = { "इनका प्रयोग कर सकते हैं: {{customer.name}}, {{agent.name}}, {{ticket.reference}}, {{ticket.subject}}, {{ticket.service}}, {{ticket.kind}}" }
admin-queues-hint = सभी कतारों के लिए कोई न चुनें
admin-steps = कदम JSON में
admin-steps-hint = { "कार्यों की सूची, जैसे [{\"name\": \"reprioritise\", \"to\": \"urgent\"}]" }
admin-remove = हटाएँ
admin-remove-sure = इसे सभी सहकर्मियों के लिए हटाएँ?
admin-done-removed = हटाया गया

admin-address = पता
admin-counters-hint = जैसे लिखे हैं, बीच में अल्पविराम: 1, 2, loans
admin-counters-wrong = काउंटर अल्पविराम के साथ लिखें, जैसे 1, 2, loans
admin-hidden = ग्राहकों से छिपाएँ
admin-description = विवरण
admin-branches-hint = जहाँ यह सामने मिलती है; टोकन के लिए ज़रूरी
admin-letter-hint = A से Z; टोकन के लिए ज़रूरी
admin-letter-wrong = A से Z में से एक अक्षर लिखें
admin-takes = आम तौर पर कितने मिनट लगते हैं
admin-takes-hint = जब तक काफ़ी ग्राहक न हो जाएँ, प्रतीक्षा इसी से आँकी जाती है
admin-chat-hours = चैट का समय
admin-asks = इसके फ़ॉर्म क्या पूछते हैं
admin-door-complain = शिकायत
admin-door-ask = प्रश्न
admin-door-request = कुछ करवाना
admin-door-token = काउंटर का टोकन
admin-door-chat = चैट
admin-door-quote = भाव

admin-section-texts = पाठ
admin-title-text = पाठ
admin-title-text-change = पाठों में बदलाव
admin-grid-texts = पाठ
admin-grid-text-history = कब क्या बदला
admin-col-language = भाषा
admin-usable = इनका प्रयोग कर सकते हैं
admin-example = बनावटी मानों के साथ
admin-example-show = बनावटी मानों के साथ दिखाएँ
admin-as-text = सादे पाठ में
admin-as-html = HTML में
admin-done-text = लागू: अगली मेल में नया पाठ होगा

# What an entry of the trail tells: what was done.
admin-told-agent-taken_on = किसी को काम पर लिया
admin-told-agent-changed = किसी का काम बदला
admin-told-customer-taken_on = ग्राहक को जोड़ा
admin-told-customer-changed = ग्राहक का रिकॉर्ड बदला
admin-told-customer-erased = ग्राहक को मिटाया
admin-told-rules-put_in_force = नीतियाँ लागू कीं
admin-told-text-changed = मेल का पाठ बदला
admin-told-export = निर्यात निकाला
admin-told-catalogue-changed = सूची बदली
admin-told-canned-changed = तैयार उत्तर बदला
admin-told-canned-removed = तैयार उत्तर हटाया
admin-told-macro-changed = मैक्रो बदला
admin-told-macro-removed = मैक्रो हटाया
admin-told-view-changed = साझा दृश्य बदला
admin-told-view-removed = साझा दृश्य हटाया
admin-told-transaction-looked_up = ग्राहक का भुगतान देखा
admin-told-file-quarantined = फ़ाइल भेजी जो रोक ली गई
admin-told-notice-retried = मेल फिर भिजवाई
admin-told-token-made = टोकन बनाया
admin-told-token-made_for = किसी के लिए टोकन बनाया
admin-told-token-revoked = टोकन रद्द किया
admin-told-account-added = खाता जोड़ा
admin-told-account-registered = पंजीकरण किया
admin-told-account-invited = किसी को आमंत्रित किया
admin-told-account-invitation_accepted = आमंत्रण स्वीकार किया
admin-told-account-invitation_withdrawn = आमंत्रण वापस लिया
admin-told-account-suspended = खाता निलंबित किया
admin-told-account-reinstated = खाता बहाल किया
admin-told-account-role_set = दूसरी भूमिका दी
admin-told-account-forgotten = खाता हटाया
admin-told-account-factor_set_up = दूसरा कारक लगाया
admin-told-account-factor_removed = दूसरा कारक हटाया
admin-told-account-factor_reset = दूसरा कारक वापस लिया
admin-told-account-recovery_codes_made = रिकवरी कोड बनाए
admin-told-account-password_changed = पासवर्ड बदला
admin-told-account-password_given = पासवर्ड दिया
admin-told-account-password_reset = भूला हुआ पासवर्ड फिर से रखा
admin-told-account-address_changed = पता बदला
admin-told-account-linked = दूसरा लॉग-इन जोड़ा
admin-told-account-unlinked = दूसरा लॉग-इन हटाया
admin-told-account-session_ended = एक सत्र समाप्त किया
admin-told-account-sessions_ended = सत्र समाप्त किए

admin-retry = फिर भेजें
admin-done-retried = यह एक मिनट के भीतर फिर भेजी जाएगी
admin-title-erase = इस ग्राहक को मिटाएँ
admin-erase-what = { $cases } मामलों के शब्द, फ़ाइलें, मसौदे, नाम, पता और खाता हमेशा के लिए चले जाते हैं: कोई उन्हें वापस नहीं ला सकता।
admin-erase-stays = क्या हुआ और कब, यह उनके किसी शब्द के बिना रहता है, ताकि शृंखला जाँची जा सके और रिपोर्टें सही रहें।
admin-erase-active = उनके { $count } मामले अभी खुले हैं। पहले उन्हें बंद करें; कानूनी रोक वाला मामला मिटाया नहीं जा सकता।
admin-erase-sure = उन्होंने यह माँगा है, और कोई कानून इसे रखने को नहीं कहता
admin-erase-be-sure = कहें कि कोई कानून इसे रखने को नहीं कहता
admin-erase = हमेशा के लिए मिटाएँ
admin-flash-erased = ग्राहक मिटा दिया गया

# Pages that are counted.
admin-page-home = मुखपृष्ठ
admin-page-services = सेवाएँ
admin-page-service = एक सेवा
admin-page-raise = शिकायत या प्रश्न
admin-page-complain = शिकायत: किस बारे में
admin-page-ask = प्रश्न: किस बारे में
admin-page-request = अनुरोध: क्या
admin-page-quote = दर: किसके लिए
admin-page-token = काउंटर के टोकन
admin-page-chat = चैट
admin-page-cases = आपके मामले
admin-page-track = मामला देखें
admin-page-transactions = भुगतान

# The cases behind a number.
admin-behind-breached-first_response = पहला उत्तर देर से
admin-behind-breached-resolution = समाधान देर से
admin-behind-breached-next_response = उत्तर देर से
admin-behind-reopened = फिर से लिए गए
admin-behind-rated = रेटिंग वाले
admin-behind-days = { $from } से { $to } तक

admin-form-name-agent-act = एजेंट: मामले पर कोई काम
admin-form-name-agent-note = एजेंट: आंतरिक टिप्पणी
admin-form-name-agent-quote = एजेंट: कोटेशन
admin-form-name-agent-raise = एजेंट: किसी के लिए मामला
admin-form-name-agent-reply = एजेंट: उत्तर
admin-form-name-chat = चैट शुरू करना
admin-form-name-code = कोड माँगना
admin-form-name-invitation = निमंत्रण स्वीकार करना
admin-form-name-profile = प्रोफ़ाइल
admin-form-name-raise = शिकायत या प्रश्न
admin-form-name-rate = अंक देना
admin-form-name-register = पंजीकरण
admin-form-name-reply = मामले पर संदेश
admin-form-name-reset = भूला हुआ पासवर्ड
admin-form-name-send = मामला भेजना
admin-form-name-track = मामले पर नज़र
