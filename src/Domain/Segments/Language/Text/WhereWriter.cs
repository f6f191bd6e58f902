using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Writes a tree as the SQL-like <c>where</c>, in one line and always the same way for equal trees; reading it gives an equal tree.
/// Brackets and quotes stand only where they are needed, and what is so by default is left out.
/// </summary>
public static class WhereWriter
{
    public static string Text(SegmentNode tree)
    {
        var text = new StringBuilder();
        Write(text, tree);
        return text.ToString();
    }

    private static void Write(StringBuilder text, SegmentNode tree)
    {
        switch (tree)
        {
            case AndNode { Nodes.Count: > 1 } and:
                Join(text, " AND ", and.Nodes, static node => node is AndNode or OrNode);
                break;
            case OrNode { Nodes.Count: > 1 } or:
                Join(text, " OR ", or.Nodes, static node => node is OrNode);
                break;
            case AndNode few:
                List(text, "ALL", few.Nodes);
                break;
            case OrNode few:
                List(text, "ANY", few.Nodes);
                break;
            case NotNode not:
                text.Append("NOT ");
                Write(text, not.Node, not.Node is AndNode or OrNode);
                break;
            case FieldCondition field:
                PathText.Write(text, field.Field.ToString());
                EventText.WriteTest(text, field.Operator, field.Value);
                break;
            case EventCondition condition:
                EventText.Write(text, condition);
                break;
            case SegmentReference reference:
                text.Append("in_segment('").Append(reference.Segment).Append("')");
                break;
            default:
                throw new ArgumentException($"{tree} has no spelling.", nameof(tree));
        }
    }

    // ALL and ANY have brackets of their own.
    private static void Write(StringBuilder text, SegmentNode tree, bool isLooser)
    {
        var isBracketed = isLooser && tree is (AndNode { Nodes.Count: > 1 } or OrNode { Nodes.Count: > 1 });
        if (isBracketed) text.Append('(');
        Write(text, tree);
        if (isBracketed) text.Append(')');
    }

    private static void Join(StringBuilder text, string between, ValueList<SegmentNode> nodes, Func<SegmentNode, bool> isLooser)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0) text.Append(between);
            Write(text, nodes[i], isLooser(nodes[i]));
        }
    }

    private static void List(StringBuilder text, string name, ValueList<SegmentNode> nodes)
    {
        text.Append(name).Append('(');
        foreach (var node in nodes) Write(text, node);
        text.Append(')');
    }
}
