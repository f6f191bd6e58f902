using System.Globalization;
using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>
/// Says a tree in plain English, for people to check what they have defined. Nested groups stand in brackets, so that it can be read in
/// one way only; texts stand in double quotes, with \" and \\ inside. A negated condition says that a missing value satisfies it, where a value can be missing.
/// </summary>
public static class SegmentSentence
{
    /// <summary>One sentence. <paramref name="nameOf"/> answers a segment's name, or null for one that it does not know.</summary>
    public static string Of(SegmentNode tree, Func<SegmentId, string?> nameOf)
    {
        if (tree is AndNode { Nodes.Count: 0 }) return "Everybody.";
        if (tree is OrNode { Nodes.Count: 0 }) return "Nobody.";
        var text = new StringBuilder("People for whom ");
        Write(text, tree, nameOf, isInner: false);
        return text.Append('.').ToString();
    }

    private static void Write(StringBuilder text, SegmentNode tree, Func<SegmentId, string?> nameOf, bool isInner)
    {
        switch (tree)
        {
            case AndNode { Nodes.Count: 0 }:
                text.Append("nothing else is asked");
                break;
            case OrNode { Nodes.Count: 0 }:
                text.Append("the impossible is so");
                break;
            case AndNode { Nodes.Count: 1 } and:
                Write(text, and.Nodes[0], nameOf, isInner);
                break;
            case OrNode { Nodes.Count: 1 } or:
                Write(text, or.Nodes[0], nameOf, isInner);
                break;
            case AndNode and:
                Join(text, and.Nodes, ", and ", nameOf, isInner);
                break;
            case OrNode or:
                Join(text, or.Nodes, ", or ", nameOf, isInner);
                break;
            case NotNode not:
                WriteNot(text, not.Node, nameOf);
                break;
            case FieldCondition field:
                FieldSentence.Write(text, field, isOpposite: false);
                break;
            case EventCondition condition:
                EventSentence.Write(text, condition, isOpposite: false);
                break;
            case SegmentReference reference:
                WriteReference(text, reference, "they are in", nameOf);
                break;
            default:
                throw new ArgumentException($"{tree} cannot be said.", nameof(tree));
        }
    }

    // What has an opposite of its own is said by that; the rest is said to be not so.
    private static void WriteNot(StringBuilder text, SegmentNode node, Func<SegmentId, string?> nameOf)
    {
        switch (node)
        {
            case FieldCondition field:
                FieldSentence.Write(text, field, isOpposite: true);
                break;
            case EventCondition condition:
                EventSentence.Write(text, condition, isOpposite: true);
                break;
            case SegmentReference reference:
                WriteReference(text, reference, "they are not in", nameOf);
                break;
            default:
                text.Append("it is not so that (");
                Write(text, node, nameOf, isInner: false);
                text.Append(')');
                break;
        }
    }

    private static void Join(StringBuilder text, ValueList<SegmentNode> nodes, string between, Func<SegmentId, string?> nameOf, bool isInner)
    {
        if (isInner) text.Append('(');
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0) text.Append(between);
            Write(text, nodes[i], nameOf, isInner: true);
        }

        if (isInner) text.Append(')');
    }

    private static void WriteReference(StringBuilder text, SegmentReference reference, string relation, Func<SegmentId, string?> nameOf)
    {
        text.Append(relation).Append(" the segment ");
        if (nameOf(reference.Segment) is { } name) ValueSentence.Quote(text, name);
        else text.Append(CultureInfo.InvariantCulture, $"{reference.Segment}");
    }
}
