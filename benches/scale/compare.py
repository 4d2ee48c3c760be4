"""Veneer, plain pgvector, usearch and faiss on the same vectors, the same questions and the same machine.

    python compare.py DATABASE_URL VENEER [--figures FILE]

VENEER is the program; `veneer bench scale` runs first and says which searches and filters it used. All are
asked for the 10 materials nearest in look, without filters and with each of them, one question after the
other. Plain pgvector is what a tutorial says: the same HNSW index, `WHERE … ORDER BY … LIMIT 10`, defaults.
usearch and faiss know vectors alone: what passes the filters is handed to faiss as a bitmap, and picked
from usearch's nearest 1000. Needs numpy, psycopg, usearch, faiss-cpu.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import faiss
import numpy as np
import psycopg
import usearch
from usearch.index import Index

NEAREST = 10
OVERSAMPLED = 1000
COLUMNS = {"colour": "colour_names", "application": "applications"}

parser = argparse.ArgumentParser()
parser.add_argument("database")
parser.add_argument("veneer")
parser.add_argument("--figures")
options = parser.parse_args()
threads = os.cpu_count() or 1
faiss.omp_set_num_threads(threads)

file = options.figures or tempfile.mktemp(suffix=".json")
if not options.figures:
    command = [options.veneer, "bench", "scale", "--rounds", "30", "--rate", "0", "--json", file]
    subprocess.run([*command, "--database-url", options.database], check=True)
figures = json.loads(open(file).read())
cases = [c for c in figures["recall"] if c["candidates"] == NEAREST]

database = psycopg.connect(options.database, autocommit=True)
model, dims = database.execute("SELECT id, dims FROM models WHERE standing = 'in use'").fetchone()


def parse(text):
    return np.fromstring(text[1:-1], dtype=np.float32, sep=",")


questions = [
    parse(row[0])
    for row in database.execute(
        "SELECT embedding::text FROM searches WHERE token = ANY(%s)", (figures["searches"],)
    )
]
print("reading the vectors …", flush=True)
vectors, materials = [], []
with database.cursor() as cursor, cursor.copy(
    f"COPY (SELECT material_id, vector_send(embedding) FROM embeddings WHERE model_id = {model}) TO STDOUT (FORMAT BINARY)"
) as copy:
    copy.set_types(["int8", "bytea"])
    for material, raw in copy.rows():
        materials.append(material)
        # Two shorts of header, then big-endian floats.
        vectors.append(np.frombuffer(raw, dtype=">f4", offset=4).astype(np.float32))
vectors, materials = np.stack(vectors), np.array(materials)
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)


def condition(case):
    parts, values = ["true"], []
    for facet, value in case["filters"]:
        column = COLUMNS.get(facet, facet)
        if value == "unknown":
            parts.append(f"{column} = '{{}}'" if facet in COLUMNS else f"{column} IS NULL")
        elif facet in COLUMNS:
            parts.append(f"{column} && ARRAY[%s]")
            values.append(value)
        elif facet == "category":
            # Oak is wood too.
            parts.append("(category = %s OR category LIKE %s)")
            values += [value, value + "/%"]
        else:
            parts.append(f"{column} = %s")
            values.append(value)
    return " AND ".join(parts), values


def best(rows, distances):
    """The nearest materials, each by its nearest picture."""
    seen = []
    for row in rows[np.argsort(distances, kind="stable")]:
        if materials[row] not in seen:
            seen.append(materials[row])
        if len(seen) == NEAREST:
            break
    return seen


def exact(question, rows):
    distances = 1 - vectors[rows] @ question
    near = np.argpartition(distances, min(200, len(rows) - 1))[:200] if len(rows) > 200 else np.arange(len(rows))
    return best(rows[near], distances[near])


def pgvector(case):
    where, values = condition(case)
    text = f"""SELECT e.material_id FROM embeddings e JOIN materials m ON m.id = e.material_id
        WHERE e.model_id = {model} AND {where}
        ORDER BY e.embedding::halfvec({dims}) <=> %s::halfvec({dims}) LIMIT {NEAREST}"""

    def ask(question):
        literal = "[" + ",".join(map(str, question)) + "]"
        return [row[0] for row in database.execute(text, [*values, literal])]

    return ask


def in_usearch(case, index, passes):
    filtered = bool(case["filters"])

    def ask(question):
        found = index.search(question, OVERSAMPLED if filtered else NEAREST * 3)
        rows = found.keys.astype(np.int64)
        keep = passes[rows] if filtered else np.ones(len(rows), bool)
        return best(rows[keep], found.distances[keep])

    return ask


def in_faiss(case, index, passes):
    bitmap = np.packbits(passes, bitorder="little")
    selector = faiss.IDSelectorBitmap(bitmap)
    settings = faiss.SearchParametersHNSW(efSearch=200, **({"sel": selector} if case["filters"] else {}))

    def ask(question):
        distances, rows = index.search(question[None], NEAREST * 3, params=settings)
        there = rows[0] >= 0
        return best(rows[0][there], distances[0][there])

    ask.keep = (bitmap, selector)
    return ask


def build(name, work):
    start = time.perf_counter()
    index = work()
    print(f"{name}: built in {time.perf_counter() - start:.0f} s", flush=True)
    return index


def make_usearch():
    index = Index(ndim=dims, metric="cos", dtype="f16", connectivity=16, expansion_add=64, expansion_search=200)
    index.add(np.arange(len(vectors)), vectors, threads=threads)
    return index


def make_faiss():
    index = faiss.IndexHNSWSQ(dims, faiss.ScalarQuantizer.QT_fp16, 16, faiss.METRIC_L2)
    index.hnsw.efConstruction = 64
    index.train(vectors[:1000])
    index.add(vectors)
    return index


u_index, f_index = build("usearch", make_usearch), build("faiss", make_faiss)
version = database.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()[0]
print(f"\n{figures['machine']}; {len(vectors)} vectors of {dims} numbers, {len(questions)} questions")
print(f"pgvector {version}, usearch {usearch.__version__}, faiss {faiss.__version__}\n")
print("| filters let through | | rows of 10 | recall@10 | p50 ms | p95 ms |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
out = []
for case in cases:
    where, values = condition(case)
    passing = np.array([r[0] for r in database.execute(f"SELECT id FROM materials m WHERE {where}", values)])
    passes = np.isin(materials, passing)
    assert case["passes"] in (None, len(passing)), (case, len(passing))
    rows = np.flatnonzero(passes)
    due = [exact(question, rows) for question in questions]
    share = f"{len(passing)} of {len(np.unique(materials))}"
    out.append([share, "Veneer", case["rows"], case["recall"], case["p50"], case["p95"]])
    runners = {
        "pgvector, defaults": pgvector(case),
        "usearch, filtered after": in_usearch(case, u_index, passes),
        "faiss HNSW, filtered within": in_faiss(case, f_index, passes),
    }
    for name, ask in runners.items():
        for question in questions[:5]:
            ask(question)
        times, hits, least = [], 0, NEAREST
        for question, nearest in zip(questions, due):
            start = time.perf_counter()
            found = ask(question)
            times.append((time.perf_counter() - start) * 1000)
            hits += len(set(found) & set(nearest)) / len(nearest)
            least = min(least, len(set(found)))
        p95 = statistics.quantiles(times, n=20)[-1]
        out.append([share, name, least, hits / len(questions), statistics.median(times), p95])
for share, name, least, recall, p50, p95 in out:
    print(f"| {share} | {name} | {least} | {recall:.3f} | {p50:.1f} | {p95:.1f} |")
