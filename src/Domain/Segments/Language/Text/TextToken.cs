namespace CdpPipeline.Domain.Segments;

/// <summary>
/// A piece of the SQL-like text. <paramref name="Text"/> is what it means: a word as written, a quoted text without its quotes, for
/// <see cref="TextTokenKind.Invalid"/> what should have been there instead.
/// </summary>
internal readonly record struct TextToken(TextTokenKind Kind, string Text, int Start, int Length, TextPlace Place);

/// <summary>What a piece of the SQL-like text is.</summary>
internal enum TextTokenKind
{
    End,

    /// <summary>A keyword, or a name that needs no quotes.</summary>
    Word,

    /// <summary>In double quotes.</summary>
    Name,

    /// <summary>In single quotes.</summary>
    Text,

    /// <summary>As JSON spells it.</summary>
    Number,
    Symbol,
    Invalid,
}
