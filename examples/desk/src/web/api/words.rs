//! Values of the library as they stand in JSON and in the document that tells of it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crcore::catalogue::Door;
use crcore::ledger::{Direction, TransactionStatus};
use crcore::ticket::{Channel, Kind, Language, LinkKind, Outcome, Priority, StatusName, Verb};
use crcore::{Amount, Code, Role};
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Wrappers of the library's types whose schema is told by `$schema`, over a builder of text.
macro_rules! told {
    ($($(#[$more:meta])* $name:ident($inner:ty) as $called:literal = $schema:expr;)*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        $(#[$more])*
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) $inner);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let build: fn(ObjectBuilder) -> ObjectBuilder = $schema;
                let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
                Schema::Object(build(text).build()).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $called.into()
            }
        }
    )*};
}

told! {
    KindName(Kind) as "Kind" = |text| text.enum_values(Some(Kind::ALL.iter().map(|one| one.name())));
    PriorityName(Priority) as "Priority" = |text| text.enum_values(Some(Priority::ALL.iter().map(|one| one.name())));
    ChannelName(Channel) as "Channel" = |text| text.enum_values(Some(Channel::ALL.iter().map(|one| one.name())));
    Status(StatusName) as "Status" = |text| text.enum_values(Some(StatusName::ALL.map(StatusName::name)));
    OutcomeName(Outcome) as "Outcome" = |text| text.enum_values(Some(Outcome::ALL.map(Outcome::name)));
    VerbName(Verb) as "Verb" = |text| text.enum_values(Some(Verb::ALL.iter().map(|one| one.name())));
    LinkName(LinkKind) as "LinkKind" = |text| text.enum_values(Some(LinkKind::ALL.iter().map(|one| one.name())));
    DirectionName(Direction) as "Direction" = |text| text.enum_values(Some(Direction::ALL.iter().map(|one| one.name())));
    TransactionState(TransactionStatus) as "TransactionStatus" = |text| text
        .enum_values(Some(TransactionStatus::ALL.iter().map(|one| one.name())));
    #[derive(PartialOrd, Ord)]
    DoorName(Door) as "Door" = |text| text.enum_values(Some(Door::ALL.iter().map(|one| one.name())));
    RoleName(Role) as "Role" = |text| text.enum_values(Some(Role::ALL.map(Role::name)));
    #[derive(PartialOrd, Ord)]
    CodeText(Code) as "Code" = |text| text
        .description(Some("A word of the bank's own: a service, a queue, a branch."))
        .pattern(Some("^[a-z0-9][a-z0-9._-]{0,47}$"));
    AmountText(Amount) as "Amount" = |text| text
        .description(Some("Minor units and an ISO 4217 code: `1250 EUR` is twelve euros fifty."))
        .pattern(Some("^-?[0-9]{1,18} [A-Z]{3}$"));
    LanguageTag(Language) as "Language" = |text| text
        .description(Some("A language by its BCP 47 tag."))
        .pattern(Some("^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$"));
}

/// One or several words, separated by commas, as they stand in an address. None asks for nothing.
#[derive(Debug, Clone)]
pub(crate) struct Words<T>(pub(crate) BTreeSet<T>);

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let words = text.split(',').filter(|word| !word.is_empty());
        let read = words.map(|word| T::deserialize(StrDeserializer::new(word)));
        Ok(Self(read.collect::<Result<_, D::Error>>()?))
    }
}

/// The bytes of a file, as the document tells of them.
pub(crate) enum Content {}

impl PartialSchema for Content {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        Schema::Object(text.format(Some(binary)).build()).into()
    }
}

impl ToSchema for Content {}
