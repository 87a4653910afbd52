def judge(session, fields, answer):
    return []
