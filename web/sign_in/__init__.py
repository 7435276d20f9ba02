"""Signing in and out, and the guard that asks for it everywhere."""

from web.feature import Feature, Opens
from web.sign_in import code_step, views

FEATURE = Feature(
    views.sign_in,
    sub_pages=(code_step.code_step,),
    opens={
        "sign_in.form": Opens.TO_ALL,
        "sign_in.enter": Opens.TO_ALL,
        "sign_in.code_step.form": Opens.TO_ALL,
        "sign_in.code_step.enter": Opens.TO_ALL,
        "sign_in.leave": Opens.BEFORE_A_NEW_PASSWORD,
    },
)
