# Compiled by flowyml 0.1 from names.py (pipeline) for airflow==3.3. Do not edit; run:
#   flowyml compile names.py:pipeline --target airflow==3.3
"""Names that targets find hard: they still mean different things."""

from airflow.sdk import DAG, get_current_context, literal, task


@task(multiple_outputs=True)
def step(spec, inputs=None):
    """Run one flowyml step on this worker; values travel by reference."""
    from flowyml_airflow.worker import run_step

    return run_step(spec, inputs, get_current_context())


with DAG(
    dag_id="Names_a_b_gr_e_more_x__db3b7f90",
    dag_display_name="Names: a-b, größe & 'more' {{ x }}",
    description="Names that targets find hard: they still mean different things.",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    tags=["flowyml"],
):
    # names.py: dashed
    a_b__d44362d6 = step.override(task_id="a-b", retries=0)(
        {"step": "names:dashed", "digest": "73f0d38e7464f7b3", "outputs": ["a-b"], "name": "a-b"}
    )
    # names.py: underscored
    a_b = step.override(task_id="a_b", retries=0)(
        {
            "step": "names:underscored",
            "digest": "f428341c4c336bda",
            "outputs": ["a_b"],
            "name": "a_b",
        }
    )
    # names.py: upper
    A_B = step.override(task_id="A_B", retries=0)(
        {"step": "names:upper", "digest": "b54f9027f74c8678", "outputs": ["A_B"], "name": "A_B"}
    )
    # names.py: dotted
    a__b = step.override(task_id="a.b", retries=0)(
        {"step": "names:dotted", "digest": "9a4be70655c4cedf", "outputs": ["a.b"], "name": "a.b"}
    )
    # names.py: spaced
    a_b_c__539138d5 = step.override(
        task_id="a_b_c__539138d5", task_display_name="a b/c", retries=0
    )(
        literal(
            {
                "step": "names:spaced",
                "digest": "bbc34559dd616e5f",
                "outputs": ["a b/c", "'\"{{ x }}"],
                "name": "a b/c",
                "keys": {"a b/c": "a_b_c__539138d5", "'\"{{ x }}": "x__388aaba5"},
            }
        )
    )
    # names.py: größe
    lu_ou_k_k__64258c52 = step.override(
        task_id="lu_ou_k_k__64258c52", task_display_name="žluťoučký kůň", retries=0
    )(
        {
            "step": "names:größe",
            "digest": "25b2c8eefed68e4e",
            "outputs": ["kůň", "馬", "🐎"],
            "name": "žluťoučký kůň",
            "keys": {"kůň": "k__a466b171", "馬": "x__9113e4f3", "🐎": "x__c7a83d0e"},
        }
    )
    # names.py: unicode
    gr_e__d353a267 = step.override(task_id="gr_e__d353a267", task_display_name="größe", retries=0)(
        {
            "step": "names:unicode",
            "digest": "325e7ef7f95f4f4a",
            "outputs": ["größe"],
            "name": "größe",
            "keys": {"größe": "gr_e__d353a267"},
        }
    )
    # names.py: digit
    x1__6b86b273 = step.override(task_id="1", retries=0)(
        {"step": "names:digit", "digest": "ea5f3913a091c41a", "outputs": ["0"], "name": "1"}
    )
    # names.py: edge
    dash__d02d5ecb = step.override(task_id="dash__d02d5ecb", task_display_name="-dash-", retries=0)(
        {
            "step": "names:edge",
            "digest": "2b198ed0084e0dff",
            "outputs": ["__dunder__"],
            "name": "-dash-",
        }
    )
    # names.py: long
    long_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx__3a843a85 = step.override(
        task_id="long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        retries=0,
    )(
        {
            "step": "names:long",
            "digest": "9ac59d406867242b",
            "outputs": [
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            ],
            "name": "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        }
    )
    # names.py: long_too
    long_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx__12436ec7 = step.override(
        task_id="long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy",
        retries=0,
    )(
        {
            "step": "names:long_too",
            "digest": "a9aa934ed3f19dc6",
            "outputs": [
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy"
            ],
            "name": "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy",
        }
    )
    # names.py: collect
    collect = step.override(task_id="collect", retries=0)(
        literal(
            {
                "step": "names:collect",
                "digest": "7f85fd1d6da53958",
                "outputs": ["all"],
                "positional": [
                    "a-b",
                    "a_b",
                    "A_B",
                    "a.b",
                    "a b/c",
                    "'\"{{ x }}",
                    "kůň",
                    "馬",
                    "🐎",
                    "größe",
                    "0",
                ],
            }
        ),
        {
            "a-b": a_b__d44362d6["a-b"],
            "a_b": a_b["a_b"],
            "A_B": A_B["A_B"],
            "a.b": a__b["a.b"],
            "a b/c": a_b_c__539138d5["a_b_c__539138d5"],
            "'\"{{ x }}": a_b_c__539138d5["x__388aaba5"],
            "kůň": lu_ou_k_k__64258c52["k__a466b171"],
            "馬": lu_ou_k_k__64258c52["x__9113e4f3"],
            "🐎": lu_ou_k_k__64258c52["x__c7a83d0e"],
            "größe": gr_e__d353a267["gr_e__d353a267"],
            "0": x1__6b86b273["0"],
        },
    )
    # names.py: collect_too
    collect_too = step.override(task_id="collect_too", retries=0)(
        {
            "step": "names:collect_too",
            "digest": "b56bbcca86b84a69",
            "outputs": ["ends"],
            "positional": [
                "__dunder__",
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy",
            ],
        },
        {
            "__dunder__": dash__d02d5ecb["__dunder__"],
            "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": long_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx__3a843a85[
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            ],
            "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy": long_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx__12436ec7[
                "long-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy"
            ],
        },
    )
