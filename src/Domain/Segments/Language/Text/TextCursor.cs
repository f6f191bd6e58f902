namespace CdpPipeline.Domain.Segments;

/// <summary>Goes through the pieces of the SQL-like text, and keeps the first error.</summary>
internal sealed class TextCursor
{
    private readonly TextTokenizer tokens;

    public TextCursor(string text)
    {
        tokens = new TextTokenizer(text);
        Current = tokens.Next();
    }

    public TextToken Current { get; private set; }

    public SegmentError? Error { get; private set; }

    public TextToken Take()
    {
        var taken = Current;
        if (taken.Kind != TextTokenKind.Invalid) Current = tokens.Next();
        return taken;
    }

    /// <summary>A keyword, in any case of letters.</summary>
    public bool Is(string keyword) => Current.Kind == TextTokenKind.Word && Current.Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Current.Kind == TextTokenKind.Symbol && Current.Text == symbol;

    /// <summary>Goes past the keyword if it is there.</summary>
    public bool Take(string keyword)
    {
        if (!Is(keyword)) return false;
        Take();
        return true;
    }

    public bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol)) return false;
        Take();
        return true;
    }

    /// <summary>False and an error when the keyword is not there.</summary>
    public bool Need(string keyword) => Take(keyword) || Fail(keyword);

    /// <summary>False and an error when the symbol is not there; <paramref name="expected"/> says what else could be.</summary>
    public bool NeedSymbol(string symbol, string? expected = null) => TakeSymbol(symbol) || Fail(expected ?? symbol);

    /// <summary>Always false, so that a reader can return it.</summary>
    public bool Fail(string expected) => Fail(Current, expected);

    /// <inheritdoc cref="Fail(string)"/>
    public bool Fail(in TextToken at, string expected)
    {
        if (at.Kind == TextTokenKind.Invalid) expected = at.Text;
        Error ??= At(at.Place, $"found {tokens.Show(at)}, expected {expected}") with { Expected = expected };
        return false;
    }

    /// <summary>An error in the text, whose message begins with its place.</summary>
    public static SegmentError At(TextPlace place, string message) =>
        new("where", $"line {place.Line}, column {place.Column}: {message}") { Place = place };
}
