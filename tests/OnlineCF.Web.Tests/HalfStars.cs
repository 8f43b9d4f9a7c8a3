using Microsoft.Playwright;

namespace OnlineCF.Web.Tests;

/// <summary>What a hand does to the stars of a movie.</summary>
internal static class HalfStars
{
    private const int FullStars = 5;

    /// <summary>Clicks into the half star of a movie's rating.</summary>
    public static async Task RateAsync(this ILocator movie, double stars)
    {
        var slider = movie.Locator("[role=slider]");
        var box = await slider.BoundingBoxAsync();
        Assert.NotNull(box);
        await slider.ClickAsync(new() { Position = new() { X = (float)((stars - 0.25) / FullStars * box.Width), Y = box.Height / 2 } });
    }
}
