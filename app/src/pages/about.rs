//! How it works, for people who want to know before they trust it.

use leptos::prelude::*;

use crate::components::{head::Head, page::Page};

/// The page about Veneer itself.
#[component]
pub fn AboutPage() -> AnyView {
    view! {
        <Head
            title="How it works"
            description="What Veneer looks at in a photo, how materials are ranked, what the words close and related mean, and what happens to your photo."
            canonical="/about"
        />
        <Page class="page-about">
            <h1>"How it works"</h1>
            <p class="lead">
                "Veneer compares surfaces the way one does at a table full of samples: the colour first, then the grain, the pattern, the sheen. It says why each material is here, and it says so when nothing is close."
            </p>
            <section>
                <h2>"What it looks at"</h2>
                <dl class="terms">
                    <div>
                        <dt>"Look"</dt>
                        <dd>
                            "The picture as a whole: the colours by the area they cover, the texture at several sizes, the direction of the grain, how regular the pattern is. Small turns, another crop or a warmer lamp change little."
                        </dd>
                    </div>
                    <div>
                        <dt>"Colours"</dt>
                        <dd>
                            "Up to eight colours with their shares, compared in ΔE2000, the difference an eye sees. About 1 is just visible; 10 is another colour."
                        </dd>
                    </div>
                    <div>
                        <dt>"Properties"</dt>
                        <dd>
                            "Category, finish, pattern, texture. Oak is wood; satin is nearer to matt than to gloss. What the photo shows is estimated from the materials most like it, and is marked as an estimate. Where whoever runs this site has set up a vision model, its answer takes the place of the estimate and its name stands beside it."
                        </dd>
                    </div>
                    <div>
                        <dt>"Words"</dt>
                        <dd>
                            "What you type is looked for in names, makers, descriptions and properties. Words and a photo work together."
                        </dd>
                    </div>
                </dl>
                <p>
                    "How much each of them counts is yours to set: the sliders stand above the filters. Or put a "
                    <a href="/palette">"palette"</a>
                    " together, and it takes the place of the photo’s colours."
                </p>
            </section>
            <section>
                <h2>"What the headings mean"</h2>
                <dl class="terms">
                    <div>
                        <dt>"Close"</dt>
                        <dd>"Could be the same thing."</dd>
                    </div>
                    <div>
                        <dt>"Related"</dt>
                        <dd>"A relative: the same stone with another finish, the same weave in another colour."</dd>
                    </div>
                    <div>
                        <dt>"Further away"</dt>
                        <dd>"Here because nothing nearer is. Veneer does not pretend otherwise."</dd>
                    </div>
                </dl>
            </section>
            <section>
                <h2>"What is not known"</h2>
                <p>
                    "A property nobody has filled in is not a no. Filters show “not known” as a value of its own, with how many there are, so that nothing disappears in silence."
                </p>
            </section>
            <section>
                <h2>"Your photo"</h2>
                <p>
                    "It is made smaller in your browser, without place and date, before it is sent. The server reads it, works out its colours and its look, and forgets it. Where a vision model of another service is set up, a small copy goes there to be looked at. A search keeps those figures for a while; a share keeps the answer, not the photo."
                </p>
            </section>
            <section>
                <h2>"The demo library"</h2>
                <p>
                    "The materials that come with Veneer are drawn by Veneer itself; their makers do not exist. Bring your own with "
                    <code>"veneer import"</code> "."
                </p>
            </section>
            <section>
                <h2>"By keyboard"</h2>
                <dl class="keys-list">
                    <div>
                        <dt>
                            <kbd>"/"</kbd>
                        </dt>
                        <dd>"goes to the words"</dd>
                    </div>
                    <div>
                        <dt>
                            <kbd>"←"</kbd>
                            <kbd>"→"</kbd>
                            <kbd>"↑"</kbd>
                            <kbd>"↓"</kbd>
                        </dt>
                        <dd>"walk along the wall"</dd>
                    </div>
                    <div>
                        <dt>
                            <kbd>"c"</kbd>
                        </dt>
                        <dd>"crops the photo"</dd>
                    </div>
                </dl>
            </section>
        </Page>
    }
    .into_any()
}
