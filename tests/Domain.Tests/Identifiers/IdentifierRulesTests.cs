using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Tests.Identifiers;

public sealed class IdentifierRulesTests
{
    [Theory]
    [InlineData(IdentifierKind.UserId, " 42 ", "42")]
    [InlineData(IdentifierKind.UserId, "Ann", "Ann")]
    [InlineData(IdentifierKind.AnonymousId, "a b", "a b")]
    [InlineData(IdentifierKind.Email, " Ann@X.Com ", "ann@x.com")]
    [InlineData(IdentifierKind.Email, "a@b@c", "a@b@c")]
    [InlineData(IdentifierKind.Phone, "+49 (151) 12-34.5/6", "+49151123456")]
    [InlineData(IdentifierKind.Phone, "12345", "12345")]
    public void A_usable_value_has_one_spelling(IdentifierKind kind, string raw, string expected) =>
        Assert.Equal(new Identifier(kind, expected), Normalise(kind, raw));

    [Theory]
    [InlineData(IdentifierKind.UserId, null)]
    [InlineData(IdentifierKind.UserId, "")]
    [InlineData(IdentifierKind.UserId, "   ")]
    [InlineData(IdentifierKind.UserId, "a\0b")]
    [InlineData(IdentifierKind.AnonymousId, "a\nb")]
    [InlineData(IdentifierKind.Email, "ann")]
    [InlineData(IdentifierKind.Email, "@x.com")]
    [InlineData(IdentifierKind.Email, "ann@")]
    [InlineData(IdentifierKind.Email, "a nn@x.com")]
    [InlineData(IdentifierKind.Phone, "1234")]
    [InlineData(IdentifierKind.Phone, "+1234")]
    [InlineData(IdentifierKind.Phone, "12345x")]
    [InlineData(IdentifierKind.Phone, "12+345")]
    [InlineData(IdentifierKind.Phone, "٠١٢٣٤٥")]
    public void What_can_name_nobody_is_absent(IdentifierKind kind, string? raw) => Assert.Null(Normalise(kind, raw));

    [Theory]
    [InlineData("null")]
    [InlineData("UNDEFINED")]
    [InlineData(" anonymous ")]
    [InlineData("Guest")]
    [InlineData("0")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void Placeholders_identify_nobody_in_any_case(string raw)
    {
        Assert.Null(Normalise(IdentifierKind.UserId, raw));
        Assert.Null(Normalise(IdentifierKind.AnonymousId, raw));
    }

    [Fact]
    public void A_placeholder_is_found_in_its_normal_spelling_too()
    {
        string[] placeholders = ["00000", "nobody@x.com"];

        Assert.Null(IdentifierRules.Normalise(IdentifierKind.Phone, "00-000", placeholders));
        Assert.Null(IdentifierRules.Normalise(IdentifierKind.Email, "Nobody@X.com", placeholders));
        Assert.NotNull(IdentifierRules.Normalise(IdentifierKind.UserId, "null", placeholders));
    }

    [Fact]
    public void A_value_has_a_greatest_length()
    {
        Assert.NotNull(Normalise(IdentifierKind.UserId, new string('x', IdentifierRules.LengthMax)));
        Assert.Null(Normalise(IdentifierKind.UserId, new string('x', IdentifierRules.LengthMax + 1)));
    }

    [Fact]
    public void Normalising_twice_is_normalising_once() => Seeds.Each(2_000, random =>
    {
        const string Alphabet = " aAzZ@@..+-()0123456789\t/ßİ";
        var kind = (IdentifierKind)random.Next(1, 5);
        var raw = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
        if (Normalise(kind, raw) is { } once) Assert.Equal(once, Normalise(kind, once.Value));
    });

    [Theory]
    [InlineData("userId:42", IdentifierKind.UserId, "42")]
    [InlineData("email:Ann@x.com", IdentifierKind.Email, "ann@x.com")]
    [InlineData("anonymousId:a:b", IdentifierKind.AnonymousId, "a:b")]
    public void The_spelling_of_the_api_is_read(string text, IdentifierKind kind, string value)
    {
        Assert.True(Identifier.TryParse(text, out var read));
        Assert.Equal(new Identifier(kind, value), read);
    }

    [Theory]
    [InlineData("42")]
    [InlineData(":42")]
    [InlineData("userid:42")]
    [InlineData("phone:12")]
    [InlineData("userId:")]
    public void Another_spelling_is_not(string text) => Assert.False(Identifier.TryParse(text, out _));

    private static Identifier? Normalise(IdentifierKind kind, string? raw) => IdentifierRules.Normalise(kind, raw, IdentifierRules.DefaultPlaceholders);
}
