using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Cuts the SQL-like text into its pieces, one at a time. Between them may be white space. What is no piece is one of kind
/// <see cref="TextTokenKind.Invalid"/>; nothing throws.
/// </summary>
internal sealed class TextTokenizer(string text)
{
    private static readonly string[] Symbols = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "."];

    private int at;
    private int line = 1;
    private int lineStart;

    public TextToken Next()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) Step();
        var (start, place) = (at, new TextPlace(line, at - lineStart + 1));
        if (at == text.Length) return new TextToken(TextTokenKind.End, "", start, 0, place);
        var (kind, meaning) = Read();
        return new TextToken(kind, meaning, start, at - start, place);
    }

    /// <summary>The token as it was written, cut to be shown in a message.</summary>
    public string Show(in TextToken token)
    {
        const int LengthMax = 40;
        if (token.Kind == TextTokenKind.End) return "the end";
        // Half a character would not be text.
        var length = token.Length <= LengthMax ? token.Length : char.IsHighSurrogate(text[token.Start + LengthMax - 1]) ? LengthMax - 1 : LengthMax;
        var shown = new StringBuilder();
        foreach (var rune in text.AsSpan(token.Start, length).EnumerateRunes()) shown.Append(rune);
        return (length < token.Length ? shown.Append('…') : shown).ToString();
    }

    private (TextTokenKind Kind, string Meaning) Read()
    {
        var c = text[at];
        if (c is '\'' or '"') return Quoted(c);
        if (TextWords.IsStart(c)) return (TextTokenKind.Word, While(TextWords.IsPart));
        if (char.IsAsciiDigit(c) || c == '-') return Number();
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0) continue;
            at += symbol.Length;
            return (TextTokenKind.Symbol, symbol);
        }

        at += char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        return (TextTokenKind.Invalid, "a word, a number, or a text in quotes");
    }

    private (TextTokenKind Kind, string Meaning) Quoted(char quote)
    {
        var meaning = new StringBuilder();
        at++;
        while (at < text.Length)
        {
            var c = text[at];
            Step();
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || at == text.Length || !char.IsLowSurrogate(text[at])) return (TextTokenKind.Invalid, "whole characters between quotes");
                meaning.Append(c).Append(text[at++]);
                continue;
            }

            if (c == quote)
            {
                if (at == text.Length || text[at] != quote) return (quote == '"' ? TextTokenKind.Name : TextTokenKind.Text, meaning.ToString());
                at++;
            }

            meaning.Append(c);
        }

        return (TextTokenKind.Invalid, $"a closing {quote}");
    }

    private (TextTokenKind Kind, string Meaning) Number()
    {
        const string Expected = "a number such as 7, -2.5 or 1e9";
        var start = at;
        if (text[at] == '-') at++;
        var whole = While(char.IsAsciiDigit);
        if (whole.Length == 0 || (whole.Length > 1 && whole[0] == '0')) return (TextTokenKind.Invalid, Expected);
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (While(char.IsAsciiDigit).Length == 0) return (TextTokenKind.Invalid, Expected);
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-') at++;
            if (While(char.IsAsciiDigit).Length == 0) return (TextTokenKind.Invalid, Expected);
        }

        return (TextTokenKind.Number, text[start..at]);
    }

    private string While(Func<char, bool> belongs)
    {
        var start = at;
        while (at < text.Length && belongs(text[at])) at++;
        return text[start..at];
    }

    private void Step()
    {
        if (text[at++] != '\n') return;
        line++;
        lineStart = at;
    }
}
