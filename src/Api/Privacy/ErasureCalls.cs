using System.Text.Json;
using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Profiles;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Erasing;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Privacy;

/// <summary>Erases people, and answers the receipts of that: again to whoever asks again by an id, or by an identifier that is suppressed since.</summary>
internal sealed class ErasureCalls(PersonFinder finder, Eraser eraser, IErasures erasures, ErasureView view, SuppressionKey key)
{
    /// <summary>Erases the person; her identifiers are suppressed unless <c>?suppress=false</c>. Answers once nothing of hers is stored.</summary>
    public async Task EraseAsync(HttpContext context)
    {
        string? suppress = context.Request.Query["suppress"];
        if (suppress is not (null or "" or "true" or "false"))
        {
            await ProblemResponse.WriteAsync(context, Problems.InvalidField("suppress", "Expected true or false."));
            return;
        }

        ErasureReceipt? receipt = null;
        if (PersonReference.Of(context) is { } reference)
        {
            if (await finder.FindAsync(reference, context.RequestAborted) is { } profile)
                receipt = await eraser.EraseAsync(profile.Id, suppress != "false", context.RequestAborted);
            receipt ??= await FindAsync(reference, context.RequestAborted);
        }

        // Her name must not be in what outlives her.
        if (receipt is not null) context.NameTarget(receipt.Number.ToString());
        await AnswerAsync(context, receipt);
    }

    /// <summary>A receipt by its number.</summary>
    public async Task GetAsync(HttpContext context) => await AnswerAsync(
        context,
        Guid.TryParse((string)context.Request.RouteValues["number"]!, out var number)
            ? await erasures.FindAsync(new ErasureKey(number, null, null), context.RequestAborted)
            : null);

    private static Task AnswerAsync(HttpContext context, ErasureReceipt? receipt) =>
        receipt is null ? JsonAnswer.NotFoundAsync(context) : JsonAnswer.SendAsync(context, StatusCodes.Status200OK, receipt, Write);

    private static void Write(Utf8JsonWriter json, ErasureReceipt receipt)
    {
        json.WriteString("id"u8, receipt.Number);
        json.WriteString("identityId"u8, receipt.Id.Value);
        json.WriteInstant("erasedAt"u8, receipt.At);
        json.WriteInstant("completedAt"u8, receipt.CompletedAt);
        json.WriteBoolean("suppressed"u8, receipt.Suppresses);
        json.WriteStartObject("counts"u8);
        json.WriteNumber("identities"u8, receipt.Counts.Components);
        json.WriteNumber("identifiers"u8, receipt.Counts.Identifiers);
        json.WriteNumber("events"u8, receipt.Counts.Events);
        json.WriteNumber("changes"u8, receipt.Counts.Changes);
        json.WriteNumber("messageBlocks"u8, receipt.Counts.MessageBlocks);
        json.WriteNumber("snapshots"u8, receipt.Counts.Snapshots);
        json.WriteNumber("memberships"u8, receipt.Counts.Memberships);
        json.WriteNumber("transitions"u8, receipt.Counts.Transitions);
        json.WriteNumber("dueTimes"u8, receipt.Counts.DueTimes);
        json.WriteEndObject();
    }

    private async Task<ErasureReceipt?> FindAsync(PersonReference reference, CancellationToken cancellationToken)
    {
        if (reference.Id is { } id) return await erasures.FindAsync(new ErasureKey(null, id, null), cancellationToken);
        if (view.SuppressedCount == 0) return null;
        var hash = await key.HashAsync(cancellationToken);
        return await erasures.FindAsync(new ErasureKey(null, null, hash.Of(reference.Identifier!.Value)), cancellationToken);
    }
}
