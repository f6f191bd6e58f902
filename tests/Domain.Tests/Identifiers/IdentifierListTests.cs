using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Domain.Tests.Identifiers;

public sealed class IdentifierListTests
{
    [Fact]
    public void A_list_is_read_as_it_is_written()
    {
        Identifier[] identifiers = [Given.User("1:2"), Given.Email("a@x.com"), Given.Phone("+12345"), Given.Anonymous("ä 😀")];

        var text = IdentifierList.Encode(identifiers);

        Assert.Equal("11:2\n2a@x.com\n3+12345\n4ä 😀", text);
        Assert.Equal(identifiers, IdentifierList.Decode(text));
        Assert.Equal([identifiers[1]], IdentifierList.Decode(IdentifierList.Encode([identifiers[1]])));
    }

    [Fact]
    public void Nothing_is_an_empty_list() => Assert.Empty(IdentifierList.Decode(IdentifierList.Encode([])));

    [Fact]
    public void The_stronger_kind_comes_first() =>
        Assert.Equal(
            [Given.User("z"), Given.Email("a@x.com"), Given.Phone("+12345"), Given.Anonymous("a"), Given.Anonymous("b")],
            new[] { Given.Anonymous("b"), Given.Phone("+12345"), Given.Anonymous("a"), Given.User("z"), Given.Email("a@x.com") }.Order());
}
