namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Reads the SQL-like <c>where</c> of the API into a tree, within <see cref="SegmentLimits"/>: whatever it accepts, <see cref="FilterReader"/>
/// accepts as JSON. The grammar is in <c>docs/segments.md</c>. Keywords may be in any case; NOT binds closest, then AND, then OR.
/// </summary>
public sealed class WhereReader
{
    /// <summary>Brackets and NOTs within each other. No tree within the limits needs more.</summary>
    private const int NestingMax = 2 * SegmentLimits.DepthMax;

    private const string Condition = "a condition: a field, did(…), in_segment(…), NOT, ALL(…), ANY(…) or a condition in brackets";

    private readonly TextCursor cursor;
    private readonly EventText events;
    private readonly List<TextPlace> references = [];
    private int nodes;
    private int nesting;

    private WhereReader(string text)
    {
        cursor = new TextCursor(text);
        events = new EventText(cursor, CountNode);
    }

    /// <summary>The tree, or null and an error that says line, column and what was expected. References are not followed.</summary>
    public static SegmentNode? Read(string text, out SegmentError? error)
    {
        var reader = new WhereReader(text);
        var tree = reader.Or();
        if (tree is not null && reader.cursor.Current.Kind != TextTokenKind.End) reader.cursor.Fail("AND, OR or the end");
        error = reader.cursor.Error;
        return error is null ? tree!.Value.Node : null;
    }

    /// <summary>Where the references of a text that is right begin, in the order of the tree's.</summary>
    internal static IReadOnlyList<TextPlace> References(string text)
    {
        var reader = new WhereReader(text);
        reader.Or();
        return reader.references;
    }

    private Subtree? Or() => Chain("OR", And, list => new OrNode(list));

    private Subtree? And() => Chain("AND", Not, list => new AndNode(list));

    private Subtree? Chain(string keyword, Func<Subtree?> read, Func<ValueList<SegmentNode>, SegmentNode> join)
    {
        var at = cursor.Current;
        if (read() is not { } first) return null;
        if (!cursor.Is(keyword)) return first;
        var parts = new List<Subtree> { first };
        while (cursor.Take(keyword))
        {
            if (read() is not { } next) return null;
            parts.Add(next);
        }

        return Join(at, parts, join);
    }

    private Subtree? Not()
    {
        var at = cursor.Current;
        if (!cursor.Take("NOT")) return Primary();
        return Nested(at, Not) is { } inner ? Grown(at, new NotNode(inner.Node), inner.Height + 1) : null;
    }

    private Subtree? Primary()
    {
        var at = cursor.Current;
        if (cursor.TakeSymbol("(")) return Nested(at, Or) is { } inner && cursor.NeedSymbol(")", "AND, OR or )") ? inner : null;
        if (cursor.Take("ALL")) return List(at, list => new AndNode(list));
        if (cursor.Take("ANY")) return List(at, list => new OrNode(list));
        if (cursor.Take("did")) return events.Read() is { } condition ? Grown(at, condition, 1) : null;
        if (cursor.Take("in_segment")) return Reference(at) is { } reference ? Grown(at, reference, 1) : null;
        return Field() is { } field ? Grown(at, field, 1) : null;
    }

    private Subtree? List(in TextToken at, Func<ValueList<SegmentNode>, SegmentNode> join)
    {
        if (!cursor.NeedSymbol("(")) return null;
        var parts = new List<Subtree>();
        if (cursor.TakeSymbol(")")) return Join(at, parts, join);
        do
        {
            if (Nested(at, Or) is not { } part) return null;
            parts.Add(part);
        }
        while (cursor.TakeSymbol(","));
        return cursor.NeedSymbol(")", "AND, OR, a comma or )") ? Join(at, parts, join) : null;
    }

    private SegmentReference? Reference(in TextToken at)
    {
        references.Add(at.Place);
        if (!cursor.NeedSymbol("(")) return null;
        if (cursor.Current.Kind == TextTokenKind.Text && SegmentId.TryParse(cursor.Current.Text, out var id))
        {
            cursor.Take();
            return cursor.NeedSymbol(")") ? new SegmentReference(id) : null;
        }

        cursor.Fail("the id of a segment in single quotes");
        return null;
    }

    private FieldCondition? Field()
    {
        if (PathText.Read(cursor, Condition, out var first) is not { } path) return null;
        if (SegmentField.Parse(path) is not { } field)
        {
            cursor.Fail(first, $"a field: {SegmentField.Choice}");
            return null;
        }

        if (OperatorWords.Read(cursor, field.Type) is not { } @operator) return null;
        return ValueText.TryRead(cursor, @operator, field.Type, out var value) ? new FieldCondition(field, @operator, value) : null;
    }

    private Subtree? Nested(in TextToken at, Func<Subtree?> read)
    {
        if (nesting == NestingMax)
        {
            cursor.Fail(at, $"at most {NestingMax} brackets and NOTs within each other");
            return null;
        }

        nesting++;
        var inner = read();
        nesting--;
        return inner;
    }

    private Subtree? Join(in TextToken at, List<Subtree> parts, Func<ValueList<SegmentNode>, SegmentNode> join) =>
        Grown(at, join([.. parts.Select(part => part.Node)]), parts.Count == 0 ? 1 : parts.Max(part => part.Height) + 1);

    private Subtree? Grown(in TextToken at, SegmentNode node, int height)
    {
        if (!CountNode(at)) return null;
        if (height <= SegmentLimits.DepthMax) return new Subtree(node, height);
        cursor.Fail(at, $"at most {SegmentLimits.DepthMax} levels");
        return null;
    }

    private bool CountNode(TextToken at) => ++nodes <= SegmentLimits.NodesMax || cursor.Fail(at, $"at most {SegmentLimits.NodesMax} conditions");

    private readonly record struct Subtree(SegmentNode Node, int Height);
}
