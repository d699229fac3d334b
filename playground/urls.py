from django.urls import path

from playground import views

urlpatterns = [
    path("", views.home, name="home"),
    path("lessons/", views.lessons, name="lessons"),
    path("lessons/<slug:slug>/", views.lesson, name="lesson"),
    path("lessons/<slug:slug>/read/", views.mark_read, name="mark_read"),
    path("challenges/", views.challenges, name="challenges"),
    path("challenges/<slug:slug>/", views.challenge, name="challenge"),
    path("challenges/<slug:slug>/hints/", views.open_hint, name="open_hint"),
    path("challenges/<slug:slug>/give-up/", views.give_up, name="give_up"),
    path("levels/", views.levels, name="levels"),
    path("levels/<slug:slug>/", views.level, name="level"),
    path("play/", views.play, name="play"),
    path("s/<slug:key>/", views.shared, name="shared"),
    path("s/<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("submissions/<uuid:submission>/", views.submission, name="submission"),
    path("profile/", views.profile, name="profile"),
    path("profile/delete/", views.delete_account, name="delete_account"),
    path("leaderboard/", views.board, name="leaderboard"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
