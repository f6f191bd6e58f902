using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth;

/// <summary>Answers what there is to know of sources, and changes them and their keys.</summary>
internal sealed class SourceCalls(SourceRing ring, SourceTallies tallies)
{
    private static readonly Problem FixedKey =
        Problems.Conflict("key-configured", "The configuration fixes this key", "Remove Cdp:WriteKey from the configuration instead.");

    private static readonly Problem TooManyNames = Problems.Conflict(
        "too-many-names", "The source has had as many names as are remembered", $"Its events carry them, and at most {Source.FormerNamesMax} are kept; make a new source.");

    private static readonly Problem TooManyDeleted = Problems.Conflict(
        "too-many-deleted", "As many deleted sources are remembered as can be", $"At most {DeletedSource.Max} are, whose events must still be removed; revoke its keys instead.");

    public async Task ListAsync(HttpContext context) =>
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, await ring.ListAsync(context.RequestAborted), SourceJson.WriteList);

    public async Task GetAsync(HttpContext context)
    {
        if (await ring.GetAsync(IdOf(context), context.RequestAborted) is { } keyed)
            await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, (keyed, tallies.Of(keyed.Source.Id).Read()), SourceJson.WriteCounted);
        else
            await JsonAnswer.NotFoundAsync(context);
    }

    public async Task AddAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        SourceBody? body = null;
        if (problem is null) (body, problem) = SourceBody.Read(json, isNew: true);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (await ring.AddAsync(body!.Apply(new Source("", "")), context.RequestAborted) is not { } made)
        {
            await ProblemResponse.WriteAsync(context, Problems.Conflict("too-many-sources", "There are as many sources as can be", $"At most {SourceRing.SourcesMax} are allowed."));
            return;
        }

        context.NameTarget(made.Source.Source.Id);
        await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, made, SourceJson.WriteNew);
    }

    /// <summary>Replaces what the body names; the rest, and the keys, stay as they are.</summary>
    public async Task ReplaceAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadAsync(context);
        SourceBody? body = null;
        if (problem is null) (body, problem) = SourceBody.Read(json, isNew: false);
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var (change, changed) = await ring.ReplaceAsync(IdOf(context), body!.Apply, context.RequestAborted);
        if (change != SourceChange.Unknown) context.NameTarget(IdOf(context));
        if (change == SourceChange.Done) await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, changed!, SourceJson.Write);
        else await AnswerAsync(context, change);
    }

    public async Task RemoveAsync(HttpContext context)
    {
        var change = await ring.RemoveAsync(IdOf(context), context.RequestAborted);
        if (change != SourceChange.Unknown) context.NameTarget(IdOf(context));
        await AnswerAsync(context, change);
    }

    /// <summary>Adds a key to those that are good already, so that a key can be replaced without a gap.</summary>
    public async Task AddKeyAsync(HttpContext context)
    {
        var (json, problem) = await JsonBody.ReadOptionalAsync(context);
        string? label = null;
        if (problem is null && json.Find("label") is not null)
        {
            problem = json.ReadText("label", SourceBody.NameLengthMax, out var text);
            label = text;
        }

        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        var (change, key, made) = await ring.AddKeyAsync(IdOf(context), label, context.RequestAborted);
        if (change != SourceChange.Done)
        {
            await AnswerAsync(context, change);
            return;
        }

        context.NameTarget($"{IdOf(context)}/{key!.Id}");
        await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, (Key: key, Text: made!), static (json, made) =>
        {
            SourceJson.WriteKey(json, made.Key);
            json.WriteString("writeKey"u8, made.Text);
        });
    }

    public async Task RevokeKeyAsync(HttpContext context)
    {
        var keyId = (string)context.Request.RouteValues["keyId"]!;
        var change = await ring.RevokeKeyAsync(IdOf(context), keyId, context.RequestAborted);
        if (change != SourceChange.Unknown) context.NameTarget($"{IdOf(context)}/{keyId}");
        await AnswerAsync(context, change);
    }

    private static string IdOf(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static Task AnswerAsync(HttpContext context, SourceChange change) => change switch
    {
        SourceChange.Done => JsonAnswer.NoContentAsync(context),
        SourceChange.Unknown => JsonAnswer.NotFoundAsync(context),
        SourceChange.Configured => ProblemResponse.WriteAsync(context, FixedKey),
        SourceChange.TooManyNames => ProblemResponse.WriteAsync(context, TooManyNames),
        SourceChange.TooManyDeleted => ProblemResponse.WriteAsync(context, TooManyDeleted),
        _ => ProblemResponse.WriteAsync(context, Problems.Conflict("too-many-keys", "The source has as many keys as can be", $"At most {SourceRing.KeysMax} are allowed; revoke one.")),
    };
}
