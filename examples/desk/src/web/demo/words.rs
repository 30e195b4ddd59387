//! What people of the demo bank write: short letters, made up, in English and Hindi.

use crate::replay::case::Draw;

/// A text in both languages.
pub(super) type Both = [&'static str; 2];

/// Letters by service.
const LETTERS: &[(&str, &[Both])] = &[
    (
        "savings",
        &[
            [
                "I have had this account for nine years. I gave my new address at the branch twice, and statements still go to the old one. Please tell me what is missing.",
                "मेरा खाता नौ साल से है। मैंने शाखा में नया पता दो बार दिया, फिर भी विवरण पुराने पते पर जाते हैं। कृपया बताएँ कि क्या बाकी है।",
            ],
            [
                "A charge for a low balance was taken, though my salary had come in the day before. I would like it back.",
                "कम शेष राशि का शुल्क काट लिया गया, जबकि एक दिन पहले ही मेरा वेतन आ गया था। मुझे यह राशि वापस चाहिए।",
            ],
            [
                "I asked for the account of my late father to be settled. All papers were handed in six weeks ago and nobody has called.",
                "मैंने अपने स्वर्गीय पिता का खाता निपटाने के लिए कहा था। छह हफ़्ते पहले सारे काग़ज़ दे दिए, पर किसी का फ़ोन नहीं आया।",
            ],
        ],
    ),
    (
        "cards",
        &[
            [
                "There are two charges from the same shop on the same evening. I paid once. The slip is with me.",
                "एक ही शाम एक ही दुकान के दो शुल्क दिख रहे हैं। मैंने एक बार ही भुगतान किया था। रसीद मेरे पास है।",
            ],
            [
                "My card was declined at a hospital although the limit is far from used up. I had to borrow money. Why did this happen?",
                "अस्पताल में मेरा कार्ड नहीं चला, जबकि सीमा बहुत बाकी है। मुझे उधार लेना पड़ा। ऐसा क्यों हुआ?",
            ],
            [
                "I closed this card in spring and the annual fee was charged again. The closing letter is attached to my last mail.",
                "मैंने यह कार्ड कुछ महीने पहले बंद कराया था, फिर भी सालाना फ़ीस लगी। बंद करने का पत्र मैं भेज चुका हूँ।",
            ],
        ],
    ),
    (
        "transfers",
        &[
            [
                "I paid by UPI. The money left my account and the shop did not get it. The app says pending since three days.",
                "मैंने यूपीआई से भुगतान किया। पैसे मेरे खाते से चले गए पर दुकानदार को नहीं मिले। ऐप तीन दिन से \"पेंडिंग\" दिखा रहा है।",
            ],
            [
                "I sent the school fees by NEFT to a wrong account number, one digit off. Please help me to get the money back before the due date.",
                "मैंने स्कूल की फ़ीस एनईएफ़टी से ग़लत खाते में भेज दी, एक अंक ग़लत था। अंतिम तारीख़ से पहले पैसे वापस दिलाने में मदद करें।",
            ],
            [
                "Somebody called and said he was from the bank. After that two transfers were made that I did not make.",
                "किसी ने फ़ोन करके कहा कि वह बैंक से है। उसके बाद दो ट्रांसफ़र हुए जो मैंने नहीं किए।",
            ],
        ],
    ),
    (
        "home-loan",
        &[
            [
                "The rate of my loan was to fall in the spring. My instalment is the same as before. Please send me the calculation.",
                "मेरे ऋण की दर घटनी थी, पर किस्त वही है। कृपया मुझे हिसाब भेजें।",
            ],
            [
                "I paid the loan back in full. It is two months now, and I do not have the papers of my flat.",
                "मैंने पूरा ऋण चुका दिया है। दो महीने हो गए, पर मेरे फ़्लैट के काग़ज़ नहीं मिले।",
            ],
        ],
    ),
    (
        "vehicle-loan",
        &[
            [
                "The last instalment was paid in time and I still get messages that it is overdue.",
                "आख़िरी किस्त समय पर दी गई थी, फिर भी बकाया के संदेश आते हैं।",
            ],
            [
                "I sold the car and need the no-objection certificate. The buyer does not wait for ever.",
                "मैंने गाड़ी बेच दी है और मुझे अनापत्ति प्रमाणपत्र चाहिए। ख़रीदार हमेशा इंतज़ार नहीं करेगा।",
            ],
        ],
    ),
    (
        "personal-loan",
        &[[
            "More was taken as a processing fee than the offer said. I have the offer in writing.",
            "प्रस्ताव में जितनी लिखी थी उससे ज़्यादा प्रोसेसिंग फ़ीस ली गई। प्रस्ताव मेरे पास लिखित में है।",
        ]],
    ),
    (
        "education-loan",
        &[[
            "The university wants the second instalment by the end of the month. The branch says that a form is missing, and not which one.",
            "विश्वविद्यालय को महीने के अंत तक दूसरी किस्त चाहिए। शाखा कहती है कि एक फ़ॉर्म बाकी है, पर कौन-सा, यह नहीं बताती।",
        ]],
    ),
    (
        "credit-report",
        &[
            [
                "The bureau shows a loan from you that I never took. Another bank has turned me down for it.",
                "ब्यूरो में आपका एक ऋण दिखता है जो मैंने कभी नहीं लिया। इसी कारण दूसरे बैंक ने मना कर दिया।",
            ],
            [
                "A card that I paid off in full is still reported as open. Please correct it and write to me when it is done.",
                "जो कार्ड मैं पूरा चुका चुका हूँ वह अब भी चालू दिखता है। कृपया ठीक करें और हो जाने पर मुझे लिखें।",
            ],
        ],
    ),
    (
        "collections",
        &[[
            "I get calls at ten in the evening about money that I do not owe. The caller did not give a name.",
            "मुझे रात दस बजे ऐसे बकाया के फ़ोन आते हैं जो मेरा है ही नहीं। फ़ोन करने वाले ने नाम नहीं बताया।",
        ]],
    ),
];

/// A letter about anything else.
const ANY: &[Both] = &[[
    "I was at the branch twice and was sent from one desk to the next. I would like one answer from one person.",
    "मैं दो बार शाखा गया और एक मेज़ से दूसरी मेज़ भेजा गया। मुझे एक ही व्यक्ति से एक जवाब चाहिए।",
]];

pub(super) const FIRST: &[Both] = &[
    [
        "Thank you for writing. I have your case and look into it today. You hear from me within two working days.",
        "लिखने के लिए धन्यवाद। आपका मामला मेरे पास है और मैं आज ही देखती हूँ। दो कार्य दिवसों में आपको जवाब मिलेगा।",
    ],
    [
        "I am sorry for the trouble. I have asked the department for the records and write again as soon as they are here.",
        "आपको हुई परेशानी के लिए खेद है। मैंने विभाग से रिकॉर्ड मँगाए हैं और मिलते ही आपको लिखूँगी।",
    ],
    [
        "Your message has reached me, and I see the entry that you mean. I check it with the other side and come back to you.",
        "आपका संदेश मिल गया है और जिस प्रविष्टि की आप बात कर रहे हैं वह मुझे दिख रही है। मैं दूसरी ओर से जाँच कर आपको बताती हूँ।",
    ],
];
pub(super) const ASKS: &[Both] = &[
    [
        "To go on I need one thing from you: a photo of the slip, or the last four digits of the card. Never send us a PIN or a one-time password.",
        "आगे बढ़ने के लिए मुझे एक चीज़ चाहिए: रसीद की फ़ोटो या कार्ड के आख़िरी चार अंक। पिन या ओटीपी कभी न भेजें।",
    ],
    [
        "Could you tell me on which day you were at the branch, and at which counter?",
        "क्या आप बता सकते हैं कि आप किस दिन और किस काउंटर पर गए थे?",
    ],
];
pub(super) const WRITES: &[Both] = &[
    [
        "Here it is. I was there in the morning, at about eleven.",
        "यह रहा। मैं सुबह लगभग ग्यारह बजे वहाँ था।",
    ],
    [
        "The last four digits are 4471. Please let me know by when this will be settled.",
        "आख़िरी चार अंक 4471 हैं। कृपया बताएँ कि यह कब तक निपट जाएगा।",
    ],
];
pub(super) const NOTES: &[Both] = &[
    [
        "Asked card operations for the merchant's slip; they answer by tomorrow noon.",
        "Asked card operations for the merchant's slip; they answer by tomorrow noon.",
    ],
    [
        "Second time this year for this customer. Check whether the standing instruction was really changed.",
        "Second time this year for this customer. Check whether the standing instruction was really changed.",
    ],
    [
        "Called the branch: the form is there, it was never scanned.",
        "Called the branch: the form is there, it was never scanned.",
    ],
];
pub(super) const UPHELD: &[Both] = &[
    [
        "You are right, and we are sorry. The amount is back in your account today, with interest for the days that it was missing.",
        "आप सही हैं, और हमें खेद है। राशि आज आपके खाते में वापस कर दी गई है, उतने दिनों के ब्याज के साथ।",
    ],
    [
        "This was our mistake. It is corrected, and we have changed the step at which it happened, so that it does not happen again.",
        "यह हमारी ग़लती थी। इसे ठीक कर दिया गया है, और जहाँ यह हुई थी वह प्रक्रिया भी बदल दी गई है।",
    ],
];
pub(super) const PARTLY: &[Both] = &[[
    "The entry itself is right, but we should have told you before. We have taken back the fee and corrected your record.",
    "प्रविष्टि सही है, पर हमें आपको पहले बताना चाहिए था। फ़ीस वापस कर दी गई है और आपका रिकॉर्ड ठीक कर दिया गया है।",
]];
pub(super) const REJECTED: &[Both] = &[[
    "We have checked every entry, and the charge is the one that the terms name. The calculation is below. If you do not agree, reopen this case, or write to the RBI Ombudsman.",
    "हमने हर प्रविष्टि जाँची है, और शुल्क वही है जो शर्तों में लिखा है। सहमत न हों तो इस मामले को फिर खोलें या आरबीआई लोकपाल को लिखें।",
]];
pub(super) const ANSWERED: &[Both] = &[
    [
        "It is done. You see the change in the app from tomorrow morning.",
        "काम हो गया है। कल सुबह से यह बदलाव ऐप में दिखेगा।",
    ],
    [
        "Yes, that is possible. Bring your Aadhaar and PAN to any branch; it takes a quarter of an hour.",
        "हाँ, यह हो सकता है। अपना आधार और पैन लेकर किसी भी शाखा में आएँ; पंद्रह मिनट लगते हैं।",
    ],
];
pub(super) const AGAIN: &[Both] = &[[
    "Thank you, but the second charge is still there. Please look again.",
    "धन्यवाद, पर दूसरा शुल्क अब भी दिख रहा है। कृपया फिर देखें।",
]];
pub(super) const CONTENT: &[Both] = &[
    [
        "Quick and friendly. Thank you.",
        "जल्दी और अच्छे से हुआ। धन्यवाद।",
    ],
    [
        "Solved, and somebody said sorry.",
        "हल हो गया, और माफ़ी भी माँगी गई।",
    ],
];
pub(super) const DISCONTENT: &[Both] = &[
    [
        "It took three letters to get one answer.",
        "एक जवाब के लिए तीन पत्र लिखने पड़े।",
    ],
    [
        "I still do not think that this is fair.",
        "मुझे अब भी यह उचित नहीं लगता।",
    ],
];

/// A letter about this service, in this language.
pub(super) fn letter(draw: &mut Draw, service: &str, hindi: bool) -> &'static str {
    let found = LETTERS.iter().find(|(about, _)| *about == service);
    pick(draw, found.map_or(ANY, |(_, letters)| letters), hindi)
}

/// One of these texts, in this language.
pub(super) fn pick(draw: &mut Draw, texts: &[Both], hindi: bool) -> &'static str {
    let nth = usize::try_from(draw.below(texts.len() as u64)).unwrap_or(0);
    texts.get(nth).map_or("", |both| both[usize::from(hindi)])
}
