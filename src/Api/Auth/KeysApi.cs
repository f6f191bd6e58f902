using CdpPipeline.Api.Audit;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Auth;

/// <summary>Maps <c>/api/keys</c>: who may use the API, and for what.</summary>
public static class KeysApi
{
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder endpoints)
    {
        var ring = endpoints.ServiceProvider.GetRequiredService<KeyRing>();
        endpoints.Serve(
            "/api/keys",
            ApiRoute.Get(ApiAccess.Admin, context => ListAsync(context, ring)),
            ApiRoute.Post(ApiAccess.Admin, context => AddAsync(context, ring)).As("key.create"));
        endpoints.Serve("/api/keys/{id}", ApiRoute.Delete(ApiAccess.Admin, context => RemoveAsync(context, ring)).As("key.delete"));
        return endpoints;
    }

    private static Task AnswerAsync(HttpContext context, KeyRemoval removal) => removal switch
    {
        KeyRemoval.Removed => JsonAnswer.NoContentAsync(context),
        KeyRemoval.Unknown => JsonAnswer.NotFoundAsync(context),
        KeyRemoval.Configured => ProblemResponse.WriteAsync(
            context, Problems.Conflict("key-configured", "The configuration fixes this key", "Remove Cdp:ApiKey from the configuration instead.")),
        _ => ProblemResponse.WriteAsync(context, Problems.Conflict("last-admin-key", "This is the last admin key", "Make another admin key first.")),
    };

    private static async Task ListAsync(HttpContext context, KeyRing ring)
    {
        var keys = await ring.ApiKeysAsync(context.RequestAborted);
        await JsonAnswer.SendAsync(context, StatusCodes.Status200OK, keys, static (json, keys) =>
        {
            json.WriteStartArray("keys"u8);
            foreach (var key in keys)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, key.Id);
                json.WriteString("name"u8, key.Name);
                json.WriteString("role"u8, ApiKeyDocuments.NameOf(key.Role));
                json.WriteInstant("createdAt"u8, key.CreatedAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task AddAsync(HttpContext context, KeyRing ring)
    {
        var (body, problem) = await JsonBody.ReadAsync(context);
        var (name, roleName) = ("", "");
        problem ??= body.ReadText("name", SourceBody.NameLengthMax, out name);
        var isText = problem is null && body.ReadText("role", SourceBody.NameLengthMax, out roleName) is null;
        var role = isText ? ApiKeyDocuments.RoleOf(roleName) : null;
        if (problem is null && role is null) problem = Problems.InvalidField("role", "Expected read or admin.");
        if (problem is not null)
        {
            await ProblemResponse.WriteAsync(context, problem);
            return;
        }

        if (await ring.AddApiKeyAsync(name, role!.Value, context.RequestAborted) is not { } added)
        {
            await ProblemResponse.WriteAsync(context, Problems.Conflict("too-many-keys", "There are as many keys as can be", $"At most {KeyRing.ApiKeysMax} are allowed; remove one."));
            return;
        }

        context.NameTarget(added.Id);
        await JsonAnswer.SendAsync(context, StatusCodes.Status201Created, (added.Id, added.Key, Name: name, Role: roleName), static (json, added) =>
        {
            json.WriteString("id"u8, added.Id);
            json.WriteString("name"u8, added.Name);
            json.WriteString("role"u8, added.Role);
            json.WriteString("key"u8, added.Key);
        });
    }

    private static async Task RemoveAsync(HttpContext context, KeyRing ring)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var removal = await ring.RemoveApiKeyAsync(id, context.RequestAborted);
        if (removal != KeyRemoval.Unknown) context.NameTarget(id);
        await AnswerAsync(context, removal);
    }
}
