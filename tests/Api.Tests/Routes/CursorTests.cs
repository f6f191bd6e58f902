using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Tests.Routes;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_leads_back_to_its_place()
    {
        var place = new long[4];

        Assert.True(Cursor.TryRead("events", Cursor.Write("events", 1, -2, long.MaxValue, long.MinValue), place));

        Assert.Equal([1, -2, long.MaxValue, long.MinValue], place);
    }

    [Fact]
    public void A_cursor_with_any_character_changed_is_refused()
    {
        var cursor = Cursor.Write("members", 123_456_789);
        foreach (var c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_= +/\0é")
        {
            for (var i = 0; i < cursor.Length; i++)
            {
                if (cursor[i] != c) Assert.False(Cursor.TryRead("members", string.Concat(cursor.AsSpan(0, i), [c], cursor.AsSpan(i + 1)), new long[1]));
            }
        }
    }

    [Fact]
    public void A_cursor_of_another_list_is_refused() => Assert.False(Cursor.TryRead("members", Cursor.Write("profiles", 7), new long[1]));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    public void A_text_that_is_no_cursor_is_refused(string text) => Assert.False(Cursor.TryRead("members", text, new long[1]));

    [Fact]
    public void A_cursor_that_is_cut_or_longer_is_refused()
    {
        var cursor = Cursor.Write("members", 5);

        Assert.False(Cursor.TryRead("members", cursor[..^1], new long[1]));
        Assert.False(Cursor.TryRead("members", cursor + "A", new long[1]));
        Assert.False(Cursor.TryRead("members", cursor + "==", new long[1]));
    }
}
