using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OnlineCF.Web.Tests;

/// <summary>A page in a window of its own, and what it complained of and asked for.</summary>
public sealed class Window : IAsyncDisposable
{
    // Text and controls that reach beyond the window, are wider inside than outside, or lie on each other.
    private const string Layout = """
        () => {
          const seen = x => x.checkVisibility() && !x.closest(".unseen, .skip, .poster, .chart canvas, .u-over, .u-under")
            && !(x.closest("thead") && getComputedStyle(x.closest("thead")).position === "absolute");
          const leaf = x => x.matches("button, input, canvas, select, [role=slider]")
            || [...x.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
          const all = [...document.querySelectorAll("body *:not(script, noscript, noscript *, style)")].filter(seen);
          const name = x => `${x.tagName.toLowerCase()}#${x.id}.${x.className} "${x.textContent.trim().slice(0, 40)}"`;
          const boxes = all.filter(leaf).map(x => [x, x.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height > 1);
          // A shelf goes on beyond the window, and is for scrolling; what is shortened there is told whole elsewhere.
          const cut = boxes.filter(([x]) => !x.closest(".tiles, .shelf h3, #first .cover")).filter(([x, box]) => box.left < 0 || box.right > innerWidth + 0.5
            || (getComputedStyle(x).display !== "inline" && !x.matches("input, canvas") && x.scrollWidth > x.clientWidth + 1))
            .map(([x]) => `cut: ${name(x)}`);
          // Text that goes on in a next line has a box a line; what floats does so on purpose.
          const lines = boxes.filter(([x]) => !x.closest("#problems, #strip, .tiles")).flatMap(([x]) => [...x.getClientRects()].map(box => [x, box]));
          const overlap = lines.flatMap(([a, p], i) => lines.slice(i + 1)
            .filter(([b, q]) => !a.contains(b) && !b.contains(a)
              && Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4)
            .map(([b]) => `overlap: ${name(a)} and ${name(b)}`));
          return [...cut, ...overlap];
        }
        """;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<string> _requests = [];

    internal Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, and errors and warnings of the console.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>The addresses of everything the page asked for, itself included.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>What of the whole page is cut or lies on something else.</summary>
    public Task<string[]> FlawsAsync() => Page.EvaluateAsync<string[]>(Layout);

    /// <summary>What axe-core finds that keeps people with a keyboard, a screen reader or weak eyes from using the page.</summary>
    public async Task<string[]> BarriersAsync() =>
    [
        .. (await Page.RunAxe()).Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id} ({rule.Impact}): {node.Html}")),
    ];

    /// <summary>The same, of which light and dark, wide and narrow are each looked at once: it takes seconds.</summary>
    public async Task<string[]> BarriersAsync(int width, bool dark) => dark == width < 900 ? await BarriersAsync() : [];

    /// <summary>Keeps a picture of the whole page, for people to look at, beside the test results.</summary>
    public async Task KeepPictureAsync(string name, bool whole = true) => await Page.ScreenshotAsync(new()
    {
        FullPage = whole,
        Path = Path.Combine(AppContext.BaseDirectory, "pictures", name + ".png"),
    });

    /// <summary>Waits until an expression of the page's script is true.</summary>
    public Task UntilAsync(string expression) => Page.WaitForFunctionAsync(expression);

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
